import type { Logger } from '#runtime/log.ts';
import { isDiskFull } from '#runtime/sqlite.ts';
import { acknowledge, type Publish } from './acknowledge.ts';
import type { DeviceLookup } from './device-lookup.ts';
import { asksForDevice, judgeSafely } from './judge-safely.ts';
import type { Judgement, Source } from './judgement.ts';
import type { ReceiveMetrics } from './receive-metrics.ts';
import { type Books, takeIn } from './take-in.ts';

/** Takes messages of both lanes in: alarms at once, telemetry in groups. */
export interface Intake {
  receive(source: Source, payload: Buffer): void;
  /** True while the last commit failed: nothing is acknowledged, the gateways hold their records. */
  readonly failing: boolean;
  /** Commits what waits; nothing is taken in afterwards. */
  close(): void;
}

/** What an intake works with, and its limits. */
export interface IntakeOptions {
  books: Books;
  devices: DeviceLookup;
  /** One session a lane, so that no telemetry stands before an alarm's acknowledgement. */
  publish: Record<Source['lane'], Publish>;
  /** Called after every commit, with the newest position. */
  onCommitted: (position: number) => void;
  metrics: ReceiveMetrics;
  now: () => number;
  log: Logger;
  groupWaitMs: number;
  groupRecords: number;
  /** Messages that may wait for the registry; telemetry beyond is left to be resent. */
  maxAwaiting: number;
}

/** Creates the intake of both lanes. */
export function createIntake(options: IntakeOptions): Intake {
  const { books, devices, metrics, log } = options;
  let group: Judgement[] = [];
  let timer: NodeJS.Timeout | undefined;
  let awaiting = 0;
  let failing = false;
  let closed = false;

  const commit = (lane: Source['lane'], judgements: Judgement[]) => {
    try {
      const taken = takeIn(books, judgements);
      failing = false;
      acknowledge(options.publish[lane], taken.touched, options.now());
      metrics.taken(lane, taken, judgements);
      if (taken.deadLetters > 0) logDeadLetters(log, judgements);
      options.onCommitted(books.journal.newest);
    } catch (error) {
      failing = true;
      metrics.commitFailed(lane, judgements.length);
      log.error(
        { err: error, diskFull: isDiskFull(error), lane, records: judgements.length },
        'commit failed',
      );
    }
  };
  const commitGroup = () => {
    clearTimeout(timer);
    timer = undefined;
    const judgements = group;
    group = [];
    if (judgements.length > 0) commit('telemetry', judgements);
  };
  const take = (lane: Source['lane'], judgements: Judgement[]) => {
    if (closed) return;
    if (lane === 'alarm') {
      commit(lane, judgements);
      return;
    }
    for (const judgement of judgements) group.push(judgement);
    if (group.length >= options.groupRecords) commitGroup();
    else timer ??= setTimeout(commitGroup, options.groupWaitMs);
  };
  const takeAfter = async (refreshed: Promise<void>, source: Source, payload: Buffer) => {
    awaiting += 1;
    await refreshed;
    awaiting -= 1;
    take(source.lane, judgeSafely({ source, findDevice: devices.find }, payload));
  };

  return {
    receive: (source, payload) => {
      if (closed) return;
      const judgements = judgeSafely({ source, findDevice: devices.find }, payload);
      const refreshed = asksForDevice(judgements) ? devices.refresh() : undefined;
      if (!refreshed) take(source.lane, judgements);
      else if (awaiting < options.maxAwaiting) void takeAfter(refreshed, source, payload);
      else if (source.lane === 'alarm') take(source.lane, judgements);
      else metrics.leftToResend(judgements.length);
    },
    get failing() {
      return failing;
    },
    close: () => {
      commitGroup();
      closed = true;
    },
  };
}

function logDeadLetters(log: Logger, judgements: readonly Judgement[]): void {
  const first = judgements.find((judgement) => judgement.outcome === 'rejected');
  if (first?.outcome !== 'rejected') return;
  const { payload, ...letter } = first.letter;
  log.warn({ ...letter, bytes: payload.length, ...first.readable, record: undefined }, 'dead letter');
}
