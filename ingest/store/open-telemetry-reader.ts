import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { TelemetryReader } from '#contracts/telemetry-reader.ts';
import { openSqlite } from '#runtime/sqlite.ts';
import { openInfluxStore } from './influx/influx-store.ts';
import { influxOptionsOf, type StoreSettings } from './open-store.ts';
import { prepareBuckets } from './sqlite/sqlite-buckets.ts';

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
  let opened: { buckets: ReturnType<typeof prepareBuckets>; close: () => void } | undefined;
  const open = () => {
    const db = openSqlite(file, { readOnly: true });
    try {
      return { buckets: prepareBuckets(db, Date.now), close: () => db.close() };
    } catch (error) {
      db.close();
      throw error;
    }
  };
  return {
    buckets: async (range, bucketMs) => {
      if (!opened && !existsSync(file)) return [];
      opened ??= open();
      return opened.buckets(range, bucketMs);
    },
    close: async () => opened?.close(),
  };
}
