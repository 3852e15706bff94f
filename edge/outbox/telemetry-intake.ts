import type { Logger } from '#runtime/log.ts';
import { isDiskFull } from '#runtime/sqlite.ts';
import type { Origin, Taken } from '../adapters/adapter.ts';
import type { GatewayClock } from '../clock.ts';
import type { Counters } from '../counters.ts';
import type { Lane } from './lane.ts';
import type { PreparedRecord } from './record-content.ts';

/** What taking telemetry needs. */
export interface TelemetryIntakeOptions {
  lane: Lane;
  clock: GatewayClock;
  counters: Counters;
  log: Logger;
  /** Bytes the lane may use before its oldest records go. */
  quotaBytes: number;
  /** Longest wait of a record for its commit, in ms. */
  flushAfterMs: number;
  onStored: () => void;
}

/** Takes telemetry, grouping its commits. */
export interface TelemetryIntake {
  take(record: PreparedRecord): Taken;
  /** Commits what waits. */
  flush(): void;
  close(): void;
}

/** This many waiting records are committed without waiting longer. */
export const flushRecords = 500;

/** Most records that wait in memory while the disk takes none; beyond it the oldest go, leaving a gap. */
export const maxWaitingRecords = 10_000;

/** Creates the telemetry side of an outbox over its open lane. */
export function createTelemetryIntake(options: TelemetryIntakeOptions): TelemetryIntake {
  const { lane, clock, counters, log } = options;
  let waiting: PreparedRecord[] = [];
  let waitingOrigins = new Map<string, Origin[]>();
  let lost: { count: number; last: PreparedRecord } | undefined;
  let timer: NodeJS.Timeout | undefined;

  const isTaken = (device: string, origin: Origin): boolean => {
    const alike = waitingOrigins.get(originKey(device, origin)) ?? [];
    return alike.some((taken) => isSame(taken, origin)) || lane.origins.isTaken(device, origin, clock.now());
  };

  const write = () => {
    makeRoom(lane, waiting, options);
    lane.transact(() => {
      if (lost) lane.appendGap(lost.last, lost.count);
      for (const record of waiting) {
        lane.append(record);
        if (record.ends !== undefined) lane.origins.forget(record.device, record.ends);
        if (record.origin) lane.origins.remember(record.device, record.origin, clock.now());
      }
    });
  };

  const writeOrDropOldest = () => {
    try {
      write();
    } catch (error) {
      if (!isDiskFull(error)) throw error;
      // Records that go leave pages in the file, which the new ones take without asking the disk.
      dropOldest(lane, waiting.length * 2, counters);
      write();
    }
  };

  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    if (waiting.length === 0) return;
    try {
      writeOrDropOldest();
    } catch (error) {
      counters.add('telemetry-write-failed');
      log.error(
        { err: error, waiting: waiting.length },
        'telemetry could not be stored, keeping it in memory',
      );
      arm();
      return;
    }
    waiting = [];
    waitingOrigins = new Map();
    lost = undefined;
    options.onStored();
  };

  const arm = () => {
    timer ??= setTimeout(flush, options.flushAfterMs);
  };

  const wait = (record: PreparedRecord) => {
    waiting.push(record);
    if (waiting.length > maxWaitingRecords) {
      lost = { count: (lost?.count ?? 0) + 1, last: waiting.shift() as PreparedRecord };
      counters.add('telemetry-dropped');
    }
    if (waiting.length % flushRecords === 0) flush();
    else arm();
  };

  return {
    take: (record) => {
      const { device, origin } = record;
      if (origin && isTaken(device, origin)) {
        counters.add('telemetry-repeat');
        return 'repeat';
      }
      if (origin) {
        const key = originKey(device, origin);
        waitingOrigins.set(key, [...(waitingOrigins.get(key) ?? []), origin]);
      }
      if (record.ends !== undefined) forgetWaiting(waitingOrigins, device, record.ends);
      counters.add('telemetry-taken');
      wait(record);
      return 'taken';
    },
    flush,
    close: () => {
      flush();
      clearTimeout(timer);
    },
  };
}

function originKey(device: string, { key, near }: Origin): string {
  return `${device} ${near ? 'near' : 'key'} ${key}`;
}

function forgetWaiting(waiting: Map<string, Origin[]>, device: string, key: string): void {
  waiting.delete(originKey(device, { key }));
  waiting.delete(originKey(device, { key, near: { at: 0, withinMs: 0 } }));
}

function isSame(taken: Origin, origin: Origin): boolean {
  if (!taken.near || !origin.near) return true;
  return Math.abs(taken.near.at - origin.near.at) <= origin.near.withinMs;
}

/** Lets the oldest go until what waits fits the quota. */
function makeRoom(lane: Lane, waiting: PreparedRecord[], options: TelemetryIntakeOptions): void {
  const { quotaBytes, counters } = options;
  const neededBytes = waiting.reduce((sum, { content }) => sum + Buffer.byteLength(content), 0);
  for (;;) {
    const { oldest, newest } = lane.extent;
    const excessBytes = lane.usedBytes + neededBytes - quotaBytes;
    if (excessBytes <= 0 || newest <= oldest) return;
    const bytesEach = lane.usedBytes / (newest - oldest + 1);
    // A hundredth more than needed, so that a full lane does not drop anew at every commit.
    dropOldest(lane, Math.ceil((excessBytes + quotaBytes / 100) / bytesEach), counters);
    if (lane.extent.oldest === oldest) return;
  }
}

function dropOldest(lane: Lane, count: number, counters: Counters): void {
  const before = lane.extent.oldest;
  lane.dropOldest(count);
  counters.add('telemetry-dropped', lane.extent.oldest - before);
}
