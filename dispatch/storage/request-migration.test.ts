import { expect, test } from 'vitest';
import { migrate } from '#runtime/migrations.ts';
import { openSqlite } from '#runtime/sqlite.ts';
import { incidentMigrations, incidentPart } from './migrations.ts';

/** Steps of the migrations before a request's id was its community's. */
const versionBefore = 12;

test('answers of a file of the version before are those of their incident’s or command’s community', () => {
  const db = openSqlite(':memory:');
  migrate(db, incidentPart, incidentMigrations.slice(0, versionBefore));
  db.exec(
    `INSERT INTO incident (id, number, community, state, rank, level, kind, life_safety, late, drill, source,
       attach_key, dwelling, label, attention, attention_at, alarm_count, summary_zh, summary_en, opened_at,
       last_alarm_at, timeline_length, version)
     VALUES ('i-1', '20261124-001', 'c2', 'new', 0, 'red', 'sos', 1, 0, 0, 'warning', 'k', 'd1', '101', 1, 1000, 1,
       '', '', 2000, 2000, 1, 1);
     INSERT INTO command VALUES ('c-1', 'c1', 'gw1', 's', 'gate', 'a', 'open-door', 'p1', 'p1', 'why', 'sent',
       NULL, 0, 1000, 10000, 1000, 1);
     INSERT INTO request VALUES ('acted', 1000, 'f1', '{"incident":"i-1","version":2,"changed":true}'),
       ('asked', 1001, 'f2', '{"command":"c-1"}'), ('gone', 1002, 'f3', '{"incident":"i-9"}');`,
  );
  migrate(db, incidentPart, incidentMigrations);
  expect(db.prepare('SELECT * FROM request ORDER BY at').all()).toEqual([
    {
      ...{ community: 'c2', id: 'acted', at: 1000, fingerprint: 'f1' },
      answer: '{"incident":"i-1","version":2,"changed":true}',
    },
    { community: 'c1', id: 'asked', at: 1001, fingerprint: 'f2', answer: '{"command":"c-1"}' },
    { community: '', id: 'gone', at: 1002, fingerprint: 'f3', answer: '{"incident":"i-9"}' },
  ]);
  const [plan] = db
    .prepare("EXPLAIN QUERY PLAN SELECT id FROM incident WHERE community = 'c2' AND dwelling = 'd1'")
    .all();
  expect(String(plan?.detail)).toContain('INDEX incident_dwelling (community=? AND dwelling=?)');
  db.close();
});
