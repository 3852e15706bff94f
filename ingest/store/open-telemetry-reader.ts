import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { TelemetryReader } from '#contracts/telemetry-reader.ts';
import { openSqlite } from '#runtime/sqlite.ts';
import { openInfluxStore } from './influx/influx-store.ts';
import { influxOptionsOf, type StoreSettings } from './open-store.ts';
import { prepareTelemetryReads } from './sqlite/sqlite-reads.ts';

/**
 * Opens the engine that the settings name for reading alone; nothing is created. Of SQLite the file is opened
 * with the first question that finds it, since its writer may start later.
 */
export function openTelemetryReader(settings: StoreSettings): TelemetryReader & { close(): Promise<void> } {
  return settings.kind === 'influx'
    ? openInfluxStore(influxOptionsOf(settings), Date.now)
    : openSqliteReader(join(settings.dataDir, 'store.db'));
}

function openSqliteReader(file: string): TelemetryReader & { close(): Promise<void> } {
  let opened: { reads: TelemetryReader; close: () => void } | undefined;
  const open = () => {
    const db = openSqlite(file, { readOnly: true });
    try {
      return { reads: prepareTelemetryReads(db, Date.now), close: () => db.close() };
    } catch (error) {
      db.close();
      throw error;
    }
  };
  const find = () => {
    if (!opened && !existsSync(file)) return undefined;
    opened ??= open();
    return opened.reads;
  };
  return {
    buckets: async (range, bucketMs) => find()?.buckets(range, bucketMs) ?? [],
    readings: async (range, limit) => find()?.readings(range, limit) ?? [],
    eventsBetween: async (range, limit, after) => find()?.eventsBetween(range, limit, after) ?? [],
    counts: async (range) => find()?.counts(range) ?? [],
    close: async () => opened?.close(),
  };
}
