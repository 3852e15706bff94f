import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { Static } from 'typebox';
import { migrate } from '#runtime/migrations.ts';
import { openSqlite } from '#runtime/sqlite.ts';
import type { storeSettings } from '../config.ts';
import { telemetryStores } from './all.ts';
import type { InfluxOptions } from './influx/influx-store.ts';
import { storeMigrations } from './migrations.ts';
import type { TelemetryStore } from './telemetry-store.ts';

/** Settings of the store, as `STORE_…` gives them. */
export type StoreSettings = Static<typeof storeSettings.schema>;

/** Opens store.db and the engine that the settings name. */
export function openStore(
  settings: StoreSettings,
  now: () => number,
): { db: DatabaseSync; store: TelemetryStore } {
  // Cursor and telemetry are synced together and in order; what a power cut takes is read from the journal again.
  const db = openSqlite(join(settings.dataDir, 'store.db'), { synchronous: 'normal' });
  migrate(db, 'store', storeMigrations);
  return { db, store: telemetryStores[settings.kind]({ db, influx: influxOptionsOf(settings), now }) };
}

/** How InfluxDB is met by these settings. */
export function influxOptionsOf(settings: StoreSettings): InfluxOptions {
  const { influxUrl, influxDatabase, influxToken, timeoutMs } = settings;
  return {
    url: influxUrl,
    database: influxDatabase,
    timeoutMs,
    ...(influxToken !== undefined && { token: influxToken }),
  };
}
