import { openSqlite } from '#runtime/sqlite.ts';
import { describeTelemetryKeeping } from '../describe-telemetry-keeping.ts';
import { describeTelemetryStore } from '../describe-telemetry-store.ts';
import { conformanceNow } from '../stored-entries.fixture.ts';
import { openSqliteStore } from './sqlite-store.ts';

const use: Parameters<typeof describeTelemetryStore>[1] = async (check) => {
  const db = openSqlite(':memory:');
  await check(openSqliteStore(db, conformanceNow));
  db.close();
};
describeTelemetryStore('SQLite', use);
describeTelemetryKeeping('SQLite', use);
