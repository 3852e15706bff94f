import type { DatabaseSync } from 'node:sqlite';
import { openSqlite } from '#runtime/sqlite.ts';
import { conformanceNow } from '../../testing/stored-entries.ts';
import { describeRetention } from '../describe-retention.ts';
import { describeTelemetryStore } from '../describe-telemetry-store.ts';
import { openSqliteStore } from './sqlite-store.ts';

const tables = ['reading', 'location', 'event', 'gap', 'incident', 'summary', 'gateway', 'metric'];
const rowsOf = (db: DatabaseSync, table: string) =>
  Number(db.prepare(`SELECT count(*) AS rows FROM ${table}`).get()?.rows);
const use: Parameters<typeof describeTelemetryStore>[1] = async (check) => {
  const db = openSqlite(':memory:');
  const store = openSqliteStore(db, conformanceNow);
  await check(store, async () => tables.reduce((sum, table) => sum + rowsOf(db, table), 0));
  db.close();
};
describeTelemetryStore('SQLite', use);
describeRetention('SQLite', use);
