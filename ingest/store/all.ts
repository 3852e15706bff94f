import type { DatabaseSync } from 'node:sqlite';
import { type InfluxOptions, openInfluxStore } from './influx/influx-store.ts';
import { openSqliteStore } from './sqlite/sqlite-store.ts';
import type { TelemetryStore } from './telemetry-store.ts';

/** What an engine may be opened with: the open store.db, and how InfluxDB is met. */
export interface StoreContext {
  db: DatabaseSync;
  influx: InfluxOptions;
  /** Epoch ms. */
  now: () => number;
}

/** Every engine that telemetry can be kept in, by the value of `STORE_KIND`. */
export const telemetryStores = {
  sqlite: ({ db, now }) => openSqliteStore(db, now),
  influx: ({ influx, now }) => openInfluxStore(influx, now),
} as const satisfies Record<string, (context: StoreContext) => TelemetryStore>;
