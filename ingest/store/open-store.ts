import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { migrate } from '#runtime/migrations.ts';
import { openSqlite } from '#runtime/sqlite.ts';
import type { StoreSettings } from '../config.ts';
import { createStore } from './all.ts';
import { storeMigrations } from './migrations.ts';
import type { StoreContext, TelemetryStore } from './telemetry-store.ts';

/** Opens store.db and the engine that the settings name. */
export function openStore(context: Omit<StoreContext<StoreSettings>, 'db'>): {
  db: DatabaseSync;
  store: TelemetryStore;
} {
  // Cursor and telemetry are synced together and in order; what a power cut takes is read from the journal again.
  const db = openSqlite(join(context.settings.dataDir, 'store.db'), { synchronous: 'normal' });
  migrate(db, 'store', storeMigrations);
  return { db, store: createStore({ ...context, db }) };
}
