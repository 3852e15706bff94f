import type { Writable } from 'node:stream';
import { toTimestamp } from '#contracts/time.ts';
import type { Logger } from '#runtime/log.ts';
import type { Acceptance, Observation } from '../adapters/adapter.ts';
import type { Counters } from '../counters.ts';
import { aliveIntervalMs, type FeedLine, type FeedRecord } from './feed-messages.ts';

/** Most copies waiting for one reader; beyond, the oldest go, counted and told to the reader. */
export const maxQueuedCopies = 1000;

/** Most readers at once. */
export const maxFeedReaders = 4;

/** Hands copies of accepted observations to flows; whoever accepted them never waits for it. */
export interface FlowFeed {
  /** Offers copies of what was accepted; repeats are left out. Never throws, never waits. */
  offer(observations: readonly Observation[], accepted: readonly Acceptance[]): void;
  /** Adds a reader until its stream closes. False where there are too many. */
  attach(reader: Writable): boolean;
  close(): void;
}

interface Reader {
  stream: Writable;
  /** Lines of the feed. */
  queue: string[];
  lost: number;
  /** The stream takes no more for now. */
  full: boolean;
}

/** Creates a feed without readers. */
export function createFlowFeed(options: { now: () => number; counters: Counters; log: Logger }): FlowFeed {
  const { now, counters, log } = options;
  const readers = new Set<Reader>();
  let draining: NodeJS.Immediate | undefined;

  const write = (reader: Reader, line: string) => {
    reader.full = !reader.stream.write(`${line}\n`);
  };
  const drain = (reader: Reader) => {
    while (!reader.full && (reader.lost > 0 || reader.queue.length > 0)) {
      const line = reader.lost > 0 ? lineOf({ type: 'lost', count: reader.lost }) : reader.queue.shift();
      if (reader.lost > 0) reader.lost = 0;
      if (line) write(reader, line);
    }
  };
  const push = (reader: Reader, line: string) => {
    reader.queue.push(line);
    if (reader.queue.length <= maxQueuedCopies) return;
    reader.queue.shift();
    reader.lost += 1;
    counters.add('flow-feed.lost');
  };
  const sayingAlive = setInterval(() => {
    for (const reader of readers) if (!reader.full) write(reader, alive);
  }, aliveIntervalMs);

  const lineOfCopy = (observation: Observation): string | undefined => {
    try {
      const record = copyOf(observation, now());
      return record && lineOf(record);
    } catch (error) {
      counters.add('flow-feed.uncopied');
      log.error({ err: error, device: observation.device }, 'copy for flows could not be made');
      return undefined;
    }
  };

  return {
    offer: (observations, accepted) => {
      if (readers.size === 0) return;
      for (const [index, observation] of observations.entries()) {
        const outcome = accepted[index];
        if (outcome === 'repeat' || outcome === 'dropped') continue;
        const line = lineOfCopy(observation);
        if (line) for (const reader of readers) push(reader, line);
      }
      // The device is answered before any copy is written.
      draining ??= setImmediate(() => {
        draining = undefined;
        for (const reader of readers) drain(reader);
      });
    },
    attach: (stream) => {
      if (readers.size >= maxFeedReaders) return false;
      const reader: Reader = { stream, queue: [], lost: 0, full: false };
      readers.add(reader);
      stream.on('drain', () => {
        reader.full = false;
        drain(reader);
      });
      stream.on('error', (error) => log.warn({ err: error }, 'a reader of the feed failed'));
      stream.once('close', () => readers.delete(reader));
      write(reader, alive);
      return true;
    },
    close: () => {
      clearInterval(sayingAlive);
      clearImmediate(draining);
      for (const { stream } of readers) stream.destroy();
    },
  };
}

const lineOf = (line: FeedLine) => JSON.stringify(line);
const alive = lineOf({ type: 'alive' });

/** The copy of an event or a reading; positions, waveforms and signs of life are not for flows. */
function copyOf({ device, observedAt, historical, body }: Observation, at: number): FeedRecord | undefined {
  if (body.type !== 'event' && body.type !== 'reading') return undefined;
  const observed = observedAt === undefined ? undefined : new Date(observedAt);
  return {
    type: 'record',
    device,
    capturedAt: toTimestamp(at),
    // A device's clock may say anything, also what is no date.
    ...(observed && !Number.isNaN(observed.getTime()) && { observedAt: observed.toISOString() }),
    ...(historical && { historical }),
    body,
  };
}
