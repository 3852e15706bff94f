import type { Logger } from '#runtime/log.ts';
import { isDiskFull } from '#runtime/sqlite.ts';
import type { Acceptance } from '../adapters/adapter.ts';
import type { GatewayClock } from '../clock.ts';
import type { Counters } from '../counters.ts';
import { EdgeError } from '../errors.ts';
import type { Lane } from './lane.ts';
import { markPossibleRepeat, type PreparedRecord } from './record-content.ts';

/** What committing alarms needs; `makeRoom` is tried in order, each once a call, when the disk is full. */
export interface AlarmCommitOptions {
  lane: Lane;
  clock: GatewayClock;
  counters: Counters;
  log: Logger;
  makeRoom: Room[];
}

/** A way to free disk space; `make` returns false where it freed none. */
export interface Room {
  name: string;
  make: () => boolean;
}

/**
 * Commits alarms in one transaction, synced to disk.
 *
 * @returns What became of each, in order.
 * @throws {EdgeError} `OUTBOX_FULL` where the lane is at its limit, or the disk full after all was tried.
 */
export function commitAlarms(records: PreparedRecord[], options: AlarmCommitOptions): Acceptance[] {
  const { lane, counters, log } = options;
  const untried = [...options.makeRoom];
  for (;;) {
    try {
      return commit(records, options);
    } catch (error) {
      if (!isDiskFull(error)) throw error;
      const bytes = records.reduce((sum, { content }) => sum + Buffer.byteLength(content), 0);
      const isAtLimit = lane.isAtLimit(bytes);
      const room = isAtLimit ? undefined : untried.shift();
      if (!room) {
        counters.add('outbox-full');
        const cause = isAtLimit ? 'the alarm lane is at its limit' : 'the disk is full';
        log.error({ usedBytes: lane.usedBytes, records: records.length, cause }, 'alarm refused');
        throw new EdgeError('OUTBOX_FULL', `${cause}: ${records.length} alarms could not be stored`, {
          cause: error,
        });
      }
      log.error({ room: room.name, made: make(room, log) }, 'disk full, making room for an alarm');
    }
  }
}

function make(room: Room, log: Logger): boolean {
  try {
    return room.make();
  } catch (error) {
    log.error({ err: error, room: room.name }, 'no room could be made');
    return false;
  }
}

function commit(records: PreparedRecord[], { lane, clock, counters }: AlarmCommitOptions): Acceptance[] {
  const accepted = lane.transact(() => {
    const now = clock.now();
    return records.map((record): Acceptance => {
      const { device, origin, near, ends } = record;
      if (origin && lane.origins.isKnown(device, origin, now)) return 'repeat';
      const isPossibleRepeat = near !== undefined && lane.origins.isNear(device, near, now);
      lane.append(isPossibleRepeat ? markPossibleRepeat(record) : record);
      if (ends !== undefined) lane.origins.forget(device, ends);
      const identity = origin ?? near;
      if (identity) lane.origins.remember(device, identity, now);
      return isPossibleRepeat ? 'possible-repeat' : 'accepted';
    });
  });
  for (const outcome of accepted) counters.add(`alarm-${outcome}`);
  return accepted;
}
