import { createAlarmTrace } from '#runtime/alarm-trace.ts';
import { createBoundedMap } from '#runtime/bounded-map.ts';
import { createLimitedLog, type LimitedLog } from '#runtime/limited-log.ts';
import type { Logger } from '#runtime/log.ts';
import { isDiskFull, isStorageFault } from '#runtime/sqlite.ts';
import type { TrackedStream } from '../journal/sequence-tracker.ts';
import { acknowledge, type Publish } from './acknowledge.ts';
import { type BatchResult, commitBatch, type JournalTables } from './commit-batch.ts';
import type { DeviceLookup } from './device-lookup.ts';
import { createFailedCommits } from './failed-commits.ts';
import { createFairScheduler, type SchedulerLimits } from './fair-scheduler.ts';
import type { ReceiveMetrics } from './receive-metrics.ts';
import { asksForDevice, validateSafely } from './validate-safely.ts';
import type { Source, ValidationResult } from './validation-result.ts';

/**
 * Accepts messages of both lanes, in fair turns of their gateways: alarms at the end of the event loop's turn in which
 * they came, dead letters of the alarm lane after all alarms, telemetry in groups.
 */
export interface Intake {
  /** A message over its gateway's share is left unacknowledged: the gateway resends it. */
  receive(source: Source, payload: Buffer): void;
  /** True while so much telemetry waits that its session should be read no further. */
  readonly isFull: boolean;
  /** True while nothing waits for its turn, for the registry or for its commit. */
  readonly isIdle: boolean;
  /** True while the last commit failed: nothing is acknowledged, the gateways hold their records. */
  readonly failing: boolean;
  /** Sends the acknowledgements that were held back, where they are held back no longer. */
  releaseAcks(): void;
  /** Commits what is queued; nothing is accepted afterwards. */
  close(): void;
}

/** Dependencies and limits of an intake. */
export interface IntakeOptions {
  tables: JournalTables;
  devices: DeviceLookup;
  /** One session a lane, so that no telemetry is before an alarm's acknowledgement. */
  publish: Record<Source['lane'], Publish>;
  /** Called after every commit, with the newest position. */
  onCommitted: (position: number) => void;
  metrics: ReceiveMetrics;
  now: () => number;
  log: Logger;
  groupWaitMs: number;
  groupRecords: number;
  /** Messages of one gateway that may wait for the registry; telemetry beyond is left to be resent. */
  maxAwaiting: number;
  /** Bytes of one lane that may wait for their turn, of all gateways together. */
  queueBytes: number;
  /** The same of one gateway. */
  gatewayQueueBytes: number;
  /** False where the journal has no room for telemetry: it is left to be resent. */
  acceptsTelemetry: () => boolean;
  /** True while warnings are so far behind that telemetry is acknowledged to nobody, so that gateways hold back. */
  holdsAcks: () => boolean;
  /** Monotonic ms, for the length of turns. */
  clock?: () => number;
}

type Work = 'alarm' | 'dead-letter' | 'telemetry';

/** Longest turns: an alarm waits for one of each at most, and for the commit in hand. */
const turnLimits: Record<Work, Pick<SchedulerLimits, 'turnMs' | 'turnItems'>> = {
  alarm: { turnMs: 10, turnItems: 512 },
  'dead-letter': { turnMs: 5, turnItems: 16 },
  telemetry: { turnMs: 5, turnItems: 512 },
};

/** What a dead letter costs besides its bytes, a row of its own and an alarm: two short ones are a gateway's turn. */
const deadLetterBytes = 4096;

/** Gateways whose records failed to be committed a while ago go behind all others for so long, in ms. */
const suspectMs = 60_000;
const maxSuspects = 1000;

interface Message {
  source: Source;
  payload: Buffer;
}

/** Creates the intake of both lanes. */
export function createIntake(options: IntakeOptions): Intake {
  const { tables, devices, metrics, log, clock = () => performance.now() } = options;
  const limitedLog = createLimitedLog({ log });
  const trace = createAlarmTrace(log);
  const traceAll = (step: Parameters<typeof trace>[0], validations: readonly ValidationResult[]) => {
    for (const validation of validations)
      if (validation.outcome === 'accepted') trace(step, validation.record);
  };
  /** Alarms validated in this turn of the event loop: a gateway that comes back sends many at once. */
  const alarms: ValidationResult[] = [];
  const deadLetters: ValidationResult[] = [];
  let group: ValidationResult[] = [];
  let timer: NodeJS.Timeout | undefined;
  /** Telemetry streams whose acknowledgement waits for the warning engine. */
  const unacknowledged = new Set<TrackedStream>();
  const awaiting = new Map<string, number>();
  const suspects = createBoundedMap<string, true>(maxSuspects, { ttl: suspectMs });
  let failing = false;
  let closed = false;

  const failed = createFailedCommits();

  /** A record whose commit fails does not stop others; after repeated failures it becomes a dead letter. */
  const commit = (lane: Source['lane'], validations: ValidationResult[]): void => {
    const error = tryCommit(lane, validations);
    const [first] = validations;
    if (error === undefined || !first) return;
    if (validations.length > 1) {
      // Telemetry is many, and a fault of the disk is no fault of one of them.
      if (lane === 'telemetry' && isStorageFault(error)) return;
      const middle = Math.ceil(validations.length / 2);
      commit(lane, validations.slice(0, middle));
      commit(lane, validations.slice(middle));
      return;
    }
    if (isStorageFault(error)) return;
    suspects.set(senderOf(placeOf(first)), true);
    const deadLetter = failed(first, error);
    if (deadLetter) tryCommit(lane, [deadLetter]);
  };
  /** @returns What was thrown; nothing was accepted then. */
  const tryCommit = (lane: Source['lane'], validations: ValidationResult[]): unknown => {
    try {
      const batch = commitBatch(tables, validations);
      // A batch of duplicates alone writes nothing and shows nothing about the disk.
      if (batch.committed) failing = false;
      if (lane === 'alarm') traceAll('journalled', validations);
      // Those who read the journal begin while the acknowledgement is written.
      if (batch.committed) options.onCommitted(tables.journal.newest);
      answer(lane, batch.touched);
      metrics.committed(lane, batch, validations);
      if (batch.conflicts > 0) tellConflicts(batch);
      if (batch.deadLetters > 0) logDeadLetters(limitedLog, validations);
      return undefined;
    } catch (error) {
      failing = true;
      metrics.commitFailed(lane, validations.length);
      const code = error instanceof Error ? error.message : 'unknown';
      limitedLog.error(
        `commit/${lane}/${code}`,
        { err: error, diskFull: isDiskFull(error), lane, records: validations.length },
        'commit failed',
      );
      return error ?? new Error('commit failed');
    }
  };
  const tellConflicts = ({ touched, conflicts }: BatchResult) => {
    const [gateway = 'none'] = [...touched].map(senderOf);
    limitedLog.error(
      `conflict/${gateway}`,
      { gateway, alarms: conflicts },
      'alarms under the identity of other alarms',
    );
  };
  const answer = (lane: Source['lane'], streams: Iterable<TrackedStream>) => {
    if (lane === 'alarm' || !options.holdsAcks()) {
      acknowledge(options.publish[lane], streams, options.now());
      return;
    }
    for (const stream of streams) unacknowledged.add(stream);
  };
  const commitAll = (validations: ValidationResult[]) => {
    if (validations.length > 0) commit('alarm', validations);
  };
  const commitAlarms = () => commitAll(alarms.splice(0));
  const commitDeadLetters = () => commitAll(deadLetters.splice(0));
  const commitGroup = () => {
    clearTimeout(timer);
    timer = undefined;
    const validations = group;
    group = [];
    if (validations.length === 0) return;
    if (options.acceptsTelemetry()) commit('telemetry', validations);
    else metrics.leftToResend('telemetry', validations.length, 'journal-full');
  };
  /** A rejected or suspect record waits for its own turn, after all alarms. */
  const queueAlarm = (validation: ValidationResult) => {
    const sender = senderOf(placeOf(validation));
    if (validation.outcome === 'accepted' && !suspects.has(sender)) {
      alarms.push(validation);
      return;
    }
    const bytes = validation.outcome === 'rejected' ? validation.deadLetter.payload.length : 0;
    if (!deadLetterTurns.add(sender, validation, bytes + deadLetterBytes))
      metrics.leftToResend('alarm', 1, 'queue');
  };
  const queue = (lane: Source['lane'], validations: ValidationResult[]) => {
    if (closed) return;
    if (lane === 'alarm') {
      traceAll('received by ingest', validations);
      for (const validation of validations) queueAlarm(validation);
      return;
    }
    for (const validation of validations) group.push(validation);
    if (group.length >= options.groupRecords) commitGroup();
    else timer ??= setTimeout(commitGroup, options.groupWaitMs);
  };
  const handleAfter = async (refreshed: Promise<void>, { source, payload }: Message) => {
    const sender = senderOf(source);
    awaiting.set(sender, (awaiting.get(sender) ?? 0) + 1);
    await refreshed;
    const left = (awaiting.get(sender) ?? 1) - 1;
    if (left > 0) awaiting.set(sender, left);
    else awaiting.delete(sender);
    queue(
      source.lane,
      validateSafely({ source, findDevice: devices.find, gatewayOf: devices.gatewayOf }, payload),
    );
    commitAlarms();
  };
  const handleMessage = ({ source, payload }: Message) => {
    const validations = validateSafely(
      { source, findDevice: devices.find, gatewayOf: devices.gatewayOf },
      payload,
    );
    const refreshed = asksForDevice(validations) ? devices.refresh() : undefined;
    if (!refreshed) queue(source.lane, validations);
    else if ((awaiting.get(senderOf(source)) ?? 0) < options.maxAwaiting)
      void handleAfter(refreshed, { source, payload });
    else if (source.lane === 'alarm') queue('alarm', validations);
    else metrics.leftToResend('telemetry', validations.length, 'awaiting');
  };
  const limitsOf = (work: Work): SchedulerLimits => ({
    bytes: options.queueBytes,
    senderBytes: options.gatewayQueueBytes,
    ...turnLimits[work],
  });
  const deadLetterTurns = createFairScheduler<ValidationResult>(limitsOf('dead-letter'), {
    handle: (validation) => deadLetters.push(validation),
    end: commitDeadLetters,
    clock,
  });
  const lanes = {
    alarm: createFairScheduler<Message>(limitsOf('alarm'), {
      handle: handleMessage,
      end: commitAlarms,
      clock,
    }),
    telemetry: createFairScheduler<Message>(limitsOf('telemetry'), { handle: handleMessage, clock }),
  };

  return {
    receive: (source, payload) => {
      if (closed) return;
      const added = lanes[source.lane].add(senderOf(source), { source, payload }, payload.length);
      if (!added) metrics.leftToResend(source.lane, 1, 'queue');
    },
    get isFull() {
      return lanes.telemetry.bytes > options.queueBytes / 2;
    },
    get isIdle() {
      const waiting = lanes.alarm.bytes + lanes.telemetry.bytes + deadLetterTurns.bytes + awaiting.size;
      return waiting + alarms.length + deadLetters.length + group.length === 0;
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
      lanes.alarm.drain();
      deadLetterTurns.drain();
      lanes.telemetry.drain();
      commitGroup();
      closed = true;
      limitedLog.close();
    },
  };
}

/** Key of the sender, for turns and shares. */
function senderOf({ community, gateway }: Pick<Source, 'community' | 'gateway'>): string {
  return `${community}/${gateway}`;
}

function placeOf(validation: ValidationResult): Pick<Source, 'community' | 'gateway'> {
  return validation.outcome === 'accepted' ? validation.record : validation.deadLetter;
}

/** Logs dead letters: one line a minute for each gateway, lane and reason, then a count. */
function logDeadLetters(limited: LimitedLog, validations: readonly ValidationResult[]): void {
  for (const validation of validations) {
    if (validation.outcome === 'accepted') continue;
    const { payload, ...deadLetter } = validation.deadLetter;
    const key = `${senderOf(deadLetter)}/${deadLetter.lane}/${deadLetter.reason}`;
    const said = { ...deadLetter, bytes: payload.length, ...validation.readable, record: undefined };
    if (validation.error === undefined) limited.warn(key, said, 'dead letter');
    else limited.error(key, { ...said, err: validation.error }, 'dead letter by a fault of ours');
  }
}
