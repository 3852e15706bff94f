import type { Logger } from '#runtime/log.ts';
import { isDiskFull } from '#runtime/sqlite.ts';
import type { Acceptance, Near, Origin } from '../adapters/adapter.ts';
import type { GatewayClock } from '../clock.ts';
import type { Counters } from '../counters.ts';
import type { Lane } from './lane.ts';
import { markPossibleRepeat, type PreparedRecord } from './record-content.ts';

/** What batching telemetry needs. */
export interface TelemetryBatcherOptions {
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

/** Accepts telemetry and commits it in batches. */
export interface TelemetryBatcher {
  accept(record: PreparedRecord): Acceptance;
  /** Commits what waits. */
  flush(): void;
  close(): void;
}

/** This many waiting records are committed without waiting longer. */
export const flushRecords = 500;

/** Most records that wait in memory while the disk takes none; beyond it the oldest go, leaving a gap. */
export const maxWaitingRecords = 10_000;

/** Creates the telemetry side of an outbox over its open lane. */
export function createTelemetryBatcher(options: TelemetryBatcherOptions): TelemetryBatcher {
  const { lane, clock, counters, log } = options;
  let waiting: PreparedRecord[] = [];
  let waitingOrigins = new Map<string, (Origin | Near)[]>();
  let lost: { count: number; last: PreparedRecord } | undefined;
  let timer: NodeJS.Timeout | undefined;

  const isWaiting = (device: string, identity: Origin | Near): boolean => {
    const alike = waitingOrigins.get(waitingKey(device, identity)) ?? [];
    return alike.some((accepted) => isSame(accepted, identity));
  };
  const isKnown = (device: string, origin: Origin): boolean =>
    isWaiting(device, origin) || lane.origins.isKnown(device, origin, clock.now());
  const isNear = (device: string, near: Near): boolean =>
    isWaiting(device, near) || lane.origins.isNear(device, near, clock.now());

  const write = () => {
    makeRoom(lane, waiting, options);
    lane.transact(() => {
      if (lost) lane.appendGap(lost.last, lost.count);
      for (const record of waiting) {
        lane.append(record);
        if (record.ends !== undefined) lane.origins.forget(record.device, record.ends);
        const identity = record.origin ?? record.near;
        if (identity) lane.origins.remember(record.device, identity, clock.now());
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
    accept: (record) => {
      const { device, origin, near } = record;
      if (origin && isKnown(device, origin)) {
        counters.add('telemetry-repeat');
        return 'repeat';
      }
      const outcome = near && isNear(device, near) ? 'possible-repeat' : 'accepted';
      const identity = origin ?? near;
      if (identity) {
        const key = waitingKey(device, identity);
        waitingOrigins.set(key, [...(waitingOrigins.get(key) ?? []), identity]);
      }
      if (record.ends !== undefined) forgetWaiting(waitingOrigins, device, record.ends);
      counters.add(`telemetry-${outcome}`);
      wait(outcome === 'accepted' ? record : markPossibleRepeat(record));
      return outcome;
    },
    flush,
    close: () => {
      flush();
      clearTimeout(timer);
    },
  };
}

function waitingKey(device: string, identity: Origin | Near): string {
  return `${device} ${'withinMs' in identity ? 'near' : 'key'} ${identity.key}`;
}

function forgetWaiting(waiting: Map<string, (Origin | Near)[]>, device: string, key: string): void {
  waiting.delete(waitingKey(device, { key }));
  waiting.delete(waitingKey(device, { key, at: 0, withinMs: 0 }));
}

function isSame(accepted: Origin | Near, identity: Origin | Near): boolean {
  if (!('withinMs' in identity)) return accepted.at === identity.at;
  return Math.abs((accepted.at ?? 0) - identity.at) <= identity.withinMs;
}

/** Lets the oldest go until what waits fits the quota. */
function makeRoom(lane: Lane, waiting: PreparedRecord[], options: TelemetryBatcherOptions): void {
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
