import type { DatabaseSync } from 'node:sqlite';
import { logNames } from '#contracts/facts/logs.ts';
import type {
  DeviceState,
  GatewayLiveState,
  LiveStateReader,
  WarningLogReader,
  WarningTransition,
} from '#contracts/warning-transition.ts';
import type { LogEntry } from '#eventlog/event-log.ts';
import { openLogReader } from '#eventlog/sqlite/sqlite-log.ts';
import { requireMigrated } from '#runtime/migrations.ts';
import { openSqlite } from '#runtime/sqlite.ts';
import { warningMigrations } from './migrations.ts';

/** Opens the warning log of a migrated warning.db, read-only. @throws {RuntimeError} `DATABASE_NOT_MIGRATED`. */
export function openWarningLogReader(file: string): WarningLogReader & { close(): void } {
  const db = openMigrated(file);
  const log = openLogReader(db, logNames.warnings);
  return {
    read: async (sequence, limit) => (await log.read(sequence, limit)).map(toTransition),
    newest: log.newest,
    close: () => db.close(),
  };
}

/** A transition as an entry of the warning log holds it. */
export function toTransition({ first, head }: Pick<LogEntry, 'first' | 'head'>): WarningTransition {
  return { ...(JSON.parse(head) as WarningTransition), sequence: first };
}

/** Opens the last states in a migrated warning.db, read-only. @throws {RuntimeError} `DATABASE_NOT_MIGRATED`. */
export function openLiveStateReader(file: string): LiveStateReader & { close(): void } {
  const db = openMigrated(file);
  const devices = db.prepare(
    'SELECT * FROM device_state WHERE community = ? AND revision > ? ORDER BY revision',
  );
  const device = db.prepare('SELECT * FROM device_state WHERE community = ? AND device = ?');
  const gateways = db.prepare('SELECT * FROM gateway_state WHERE community = ? ORDER BY gateway');
  return {
    devices: (community, revision) => devices.all(community, revision).map(toDeviceState),
    device: (community, id) => {
      const row = device.get(community, id);
      return row && toDeviceState(row);
    },
    gateways: (community) => gateways.all(community).map(toGatewayState),
    close: () => db.close(),
  };
}

/** Position up to which the engine of a migrated warning.db has read the journal. @throws {RuntimeError} as above. */
export function readEngineCursor(file: string): number {
  const db = openMigrated(file);
  try {
    return Number(db.prepare('SELECT cursor FROM engine').get()?.cursor ?? 0);
  } finally {
    db.close();
  }
}

function openMigrated(file: string): DatabaseSync {
  const db = openSqlite(file, { readOnly: true });
  try {
    requireMigrated(db, 'warning', warningMigrations);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

function toDeviceState(row: Record<string, unknown>): DeviceState {
  return {
    device: String(row.device),
    community: String(row.community),
    gateway: String(row.gateway),
    state: row.state as DeviceState['state'],
    ...(row.heard_at !== null && { heardAt: Number(row.heard_at) }),
    latest: JSON.parse(String(row.latest)) as DeviceState['latest'],
    revision: Number(row.revision),
  };
}

function toGatewayState(row: Record<string, unknown>): GatewayLiveState {
  const { foreign } = JSON.parse(String(row.body)) as GatewayLiveState;
  return {
    community: String(row.community),
    gateway: String(row.gateway),
    state: row.state as GatewayLiveState['state'],
    ...(row.heard_at !== null && { heardAt: Number(row.heard_at) }),
    ...(foreign && { foreign }),
  };
}
