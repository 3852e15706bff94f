import type { Logger } from '#runtime/log.ts';
import { isDiskFull, isStorageFault } from '#runtime/sqlite.ts';
import type { KeptStream } from '../journal/stream-book.ts';
import { acknowledge, type Publish } from './acknowledge.ts';
import type { DeviceLookup } from './device-lookup.ts';
import { createFailedCommits } from './failed-commits.ts';
import { asksForDevice, judgeSafely } from './judge-safely.ts';
import type { Judgement, Source } from './judgement.ts';
import type { ReceiveMetrics } from './receive-metrics.ts';
import { type Books, takeIn } from './take-in.ts';

/** Takes messages of both lanes in: alarms at the end of the turn they came in, telemetry in groups. */
export interface Intake {
  receive(source: Source, payload: Buffer): void;
  /** True while the last commit failed: nothing is acknowledged, the gateways hold their records. */
  readonly failing: boolean;
  /** Sends the acknowledgements that were held back, where they are held back no longer. */
  releaseAcks(): void;
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
  /** False where the journal has no room for telemetry: it is left to be resent. */
  takesTelemetry: () => boolean;
  /** True while warnings are so far behind that telemetry is acknowledged to nobody, so that gateways hold back. */
  holdsAcks: () => boolean;
}

/** Creates the intake of both lanes. */
export function createIntake(options: IntakeOptions): Intake {
  const { books, devices, metrics, log } = options;
  /** Alarms that came in this turn of the event loop: a gateway that comes back sends many at once. */
  let alarms: Judgement[] = [];
  let group: Judgement[] = [];
  let timer: NodeJS.Timeout | undefined;
  /** Telemetry streams whose acknowledgement waits for the warning engine. */
  const unacknowledged = new Set<KeptStream>();
  let awaiting = 0;
  let failing = false;
  let closed = false;

  const failed = createFailedCommits();

  /** What cannot be kept takes no other with it, and is set aside when it has failed again and again. */
  const commit = (lane: Source['lane'], judgements: Judgement[]): void => {
    const error = tryCommit(lane, judgements);
    const [first] = judgements;
    if (error === undefined || !first) return;
    if (judgements.length > 1) {
      // Telemetry is many, and a fault of the disk is no fault of one of them.
      if (lane === 'telemetry' && isStorageFault(error)) return;
      const middle = Math.ceil(judgements.length / 2);
      commit(lane, judgements.slice(0, middle));
      commit(lane, judgements.slice(middle));
      return;
    }
    const letter = isStorageFault(error) ? undefined : failed(first, error);
    if (letter) tryCommit(lane, [letter]);
  };
  /** @returns What was thrown; nothing was taken in then. */
  const tryCommit = (lane: Source['lane'], judgements: Judgement[]): unknown => {
    try {
      const taken = takeIn(books, judgements);
      // What stood already tells nothing of the disk.
      if (taken.committed) failing = false;
      answer(lane, taken.touched);
      metrics.taken(lane, taken, judgements);
      if (taken.conflicts > 0)
        log.error({ alarms: taken.conflicts }, 'alarms under the identity of other alarms');
      if (taken.deadLetters > 0) logDeadLetters(log, judgements);
      if (taken.committed) options.onCommitted(books.journal.newest);
      return undefined;
    } catch (error) {
      failing = true;
      metrics.commitFailed(lane, judgements.length);
      log.error(
        { err: error, diskFull: isDiskFull(error), lane, records: judgements.length },
        'commit failed',
      );
      return error ?? new Error('commit failed');
    }
  };
  const answer = (lane: Source['lane'], streams: Iterable<KeptStream>) => {
    if (lane === 'alarm' || !options.holdsAcks()) {
      acknowledge(options.publish[lane], streams, options.now());
      return;
    }
    for (const stream of streams) unacknowledged.add(stream);
  };
  const commitAlarms = () => {
    const judgements = alarms;
    alarms = [];
    if (judgements.length > 0) commit('alarm', judgements);
  };
  const commitGroup = () => {
    clearTimeout(timer);
    timer = undefined;
    const judgements = group;
    group = [];
    if (judgements.length === 0) return;
    if (options.takesTelemetry()) commit('telemetry', judgements);
    else metrics.leftToResend(judgements.length, 'journal-full');
  };
  const take = (lane: Source['lane'], judgements: Judgement[]) => {
    if (closed) return;
    if (lane === 'alarm') {
      if (alarms.length === 0) setImmediate(commitAlarms);
      alarms.push(...judgements);
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
      else metrics.leftToResend(judgements.length, 'awaiting');
    },
    get failing() {
      return failing;
    },
    releaseAcks: () => {
      if (unacknowledged.size === 0 || options.holdsAcks()) return;
      answer('telemetry', unacknowledged);
      unacknowledged.clear();
    },
    close: () => {
      commitAlarms();
      commitGroup();
      closed = true;
    },
  };
}

function logDeadLetters(log: Logger, judgements: readonly Judgement[]): void {
  const rejected = judgements.filter((judgement) => judgement.outcome === 'rejected');
  const first = rejected.find(({ error }) => error !== undefined) ?? rejected[0];
  if (!first) return;
  const { payload, ...letter } = first.letter;
  const said = {
    ...letter,
    bytes: payload.length,
    ...first.readable,
    record: undefined,
    letters: rejected.length,
  };
  if (first.error === undefined) log.warn(said, 'dead letter');
  else log.error({ ...said, err: first.error }, 'dead letter by a fault of ours');
}
