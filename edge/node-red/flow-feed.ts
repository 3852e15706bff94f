import type { Writable } from 'node:stream';
import { toTimestamp } from '#contracts/time.ts';
import type { Logger } from '#runtime/log.ts';
import type { Observation, Taken } from '../adapters/adapter.ts';
import type { Counters } from '../counters.ts';
import { aliveIntervalMs, type FeedLine, type FeedRecord } from './feed-messages.ts';

/** Most copies waiting for one reader; beyond, the oldest go, counted and told to the reader. */
export const maxQueuedCopies = 1000;

/** Most readers at once. */
export const maxFeedReaders = 4;

/** Hands copies of taken observations to flows, never holding up the one who took them. */
export interface FlowFeed {
  /** Offers copies of what was taken; repeats are left out. Never throws, never waits. */
  offer(observations: readonly Observation[], taken: readonly Taken[]): void;
  /** Adds a reader until its stream closes. False where there are too many. */
  attach(reader: Writable): boolean;
  close(): void;
}

interface Reader {
  stream: Writable;
  queue: FeedRecord[];
  lost: number;
  /** The stream takes no more for now. */
  full: boolean;
}

/** Creates a feed without readers. */
export function createFlowFeed(options: { now: () => number; counters: Counters; log: Logger }): FlowFeed {
  const { now, counters, log } = options;
  const readers = new Set<Reader>();
  let draining: NodeJS.Immediate | undefined;

  const write = (reader: Reader, line: FeedLine) => {
    reader.full = !reader.stream.write(`${JSON.stringify(line)}\n`);
  };
  const drain = (reader: Reader) => {
    while (!reader.full && (reader.lost > 0 || reader.queue.length > 0)) {
      const line: FeedLine | undefined =
        reader.lost > 0 ? { type: 'lost', count: reader.lost } : reader.queue.shift();
      if (reader.lost > 0) reader.lost = 0;
      if (line) write(reader, line);
    }
  };
  const push = (reader: Reader, record: FeedRecord) => {
    reader.queue.push(record);
    if (reader.queue.length <= maxQueuedCopies) return;
    reader.queue.shift();
    reader.lost += 1;
    counters.add('flow-feed.lost');
  };
  const alive = setInterval(() => {
    for (const reader of readers) if (!reader.full) write(reader, { type: 'alive' });
  }, aliveIntervalMs);

  return {
    offer: (observations, taken) => {
      if (readers.size === 0) return;
      try {
        for (const [index, observation] of observations.entries()) {
          const record = taken[index] === 'repeat' ? undefined : copyOf(observation, now());
          if (record) for (const reader of readers) push(reader, record);
        }
        // The device is answered before any copy is written.
        draining ??= setImmediate(() => {
          draining = undefined;
          for (const reader of readers) drain(reader);
        });
      } catch (error) {
        log.error({ err: error }, 'copies for flows could not be made');
      }
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
      write(reader, { type: 'alive' });
      return true;
    },
    close: () => {
      clearInterval(alive);
      clearImmediate(draining);
      for (const { stream } of readers) stream.destroy();
    },
  };
}

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
