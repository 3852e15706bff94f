import { expect, test } from 'vitest';
import { migrate } from '#runtime/migrations.ts';
import { openSqlite } from '#runtime/sqlite.ts';
import { incidentMigrations, incidentPart } from './migrations.ts';

/** Steps of the migrations before a file told whose word holds on. */
const versionBefore = 13;

test('of a file of the version before, what only another gateway said holds no more, what the own one said does', () => {
  const db = openSqlite(':memory:');
  migrate(db, incidentPart, incidentMigrations.slice(0, versionBefore));
  db.exec(
    `INSERT INTO incident (id, number, community, state, rank, level, kind, life_safety, late, drill, source,
       attach_key, label, attention, attention_at, alarm_count, summary_zh, summary_en, opened_at,
       last_alarm_at, timeline_length, version)
     VALUES ('i-1', '20261124-001', 'c1', 'new', 0, 'red', 'smoke', 1, 0, 0, 'warning', 'k', '101', 1, 1000, 1,
       '', '', 2000, 2000, 1, 1);
     INSERT INTO incident_warning (incident, warning, kind, source, active, late) VALUES
       ('i-1', 'w-own', 'smoke', 's', 1, 0), ('i-1', 'w-other', 'smoke', 's', 1, 0), ('i-1', 'w-both', 'smoke', 's', 1, 0),
       ('i-1', 'w-late', 'smoke', 's', 1, 1), ('i-1', 'w-untold', 'smoke', 's', 1, 0);
     INSERT INTO timeline (incident, sequence, at, type, words_zh, words_en, warning, said_by_other) VALUES
       ('i-1', 1, 1, 'alarm', '', '', 'w-own', 0), ('i-1', 2, 1, 'alarm', '', '', 'w-other', 1),
       ('i-1', 3, 1, 'alarm', '', '', 'w-both', 1), ('i-1', 4, 1, 'alarm', '', '', 'w-both', 0),
       ('i-1', 5, 1, 'alarm', '', '', 'w-late', 0);`,
  );
  migrate(db, incidentPart, incidentMigrations);
  const rows = db.prepare('SELECT warning, own_now FROM incident_warning ORDER BY warning').all();
  expect(Object.fromEntries(rows.map(({ warning, own_now }) => [warning, own_now]))).toEqual({
    ...{ 'w-own': 1, 'w-both': 1, 'w-untold': 1 },
    ...{ 'w-other': 0, 'w-late': 0 },
  });
  db.close();
});
