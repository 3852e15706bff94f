import { openSqlite } from '#runtime/sqlite.ts';
import { describeTelemetryStore } from '../describe-telemetry-store.ts';
import { openSqliteStore } from './sqlite-store.ts';

describeTelemetryStore('SQLite', async (check) => {
  const db = openSqlite(':memory:');
  await check(openSqliteStore(db));
  db.close();
});
