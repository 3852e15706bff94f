import { expect, test } from 'vitest';
import { migrate } from '#runtime/migrations.ts';
import { openSqlite } from '#runtime/sqlite.ts';
import { incidentMigrations, incidentPart } from './migrations.ts';

/** Steps of the migrations before dead letters had their name. */
const versionBefore = 15;

test('entries that an earlier version could not apply are dead letters of this one', () => {
  const db = openSqlite(':memory:');
  migrate(db, incidentPart, incidentMigrations.slice(0, versionBefore));
  db.exec("INSERT INTO set_aside_line VALUES (7, 1000, '{\"sequence\":7}', 'kind is missing')");
  migrate(db, incidentPart, incidentMigrations);
  expect(db.prepare('SELECT * FROM dead_letter').all()).toEqual([
    { sequence: 7, at: 1000, entry: '{"sequence":7}', reason: 'kind is missing' },
  ]);
  db.close();
});
