import { expect, test } from 'vitest';
import type { JournalEntry } from '#contracts/journal-entry.ts';
import { migrate } from '#runtime/migrations.ts';
import { openSqlite } from '#runtime/sqlite.ts';
import { conformanceNow, heartRate, start, storedEntry, wholeDay } from '../../testing/stored-entries.ts';
import { sqliteStoreMigrations } from './migrations.ts';
import { openSqliteStore } from './sqlite-store.ts';

test('a store of an earlier version keeps its incidents and takes what is new', async () => {
  const db = openSqlite(':memory:');
  migrate(db, 'store-telemetry', sqliteStoreMigrations.slice(0, 1));
  db.exec(`INSERT INTO incident VALUES ('c1', 1, 1, 'i-1', 1, 'opened', 'sos', 'red', 0, NULL)`);
  const store = openSqliteStore(db, Date.now);
  const acknowledged = {
    ...{ class: 'incident', community: 'c1', incident: 'i-1', change: 2, transition: 'acknowledged' },
    ...{ warnings: [], actor: 'guard-1', kind: 'sos', level: 'red', drill: false },
    ...{ building: 'b1', responseMs: 4200 },
  } as const;
  const heartbeat = {
    ...{ class: 'gateway', community: 'c1', gateway: 'gw1', status: 'heartbeat', session: 'a'.repeat(16) },
    held: [
      { epoch: 'a'.repeat(16), lane: 'alarm', oldest: 7, newest: 9 },
      { epoch: 'b'.repeat(16), lane: 'alarm', oldest: 1, newest: 1 },
    ],
    clock: { state: 'skewed', offsetMs: -1500 },
    counters: { 'telemetry-dropped': 3 },
  } as const;
  const metrics = {
    ...{ class: 'metrics', process: 'dispatch' },
    values: [{ name: 'dispatch_actions_total', labels: 'acknowledge/done', value: 12 }],
  } as const;
  const entries = [acknowledged, heartbeat, metrics].map((entry, index) => ({
    ...entry,
    position: index + 2,
    receivedAt: 1000,
  })) as unknown as JournalEntry[];
  for (const _ of [1, 2]) expect(await store.write(entries)).toEqual([]);
  expect(
    db.prepare('SELECT transition, building, response_ms FROM incident ORDER BY at').all(),
  ).toMatchObject([
    { transition: 'opened', building: null, response_ms: null },
    { transition: 'acknowledged', building: 'b1', response_ms: 4200 },
  ]);
  expect(db.prepare('SELECT * FROM gateway').all()).toMatchObject([
    {
      ...{ gateway: 'gw1', status: 'heartbeat', alarm_held: 4, telemetry_held: 0 },
      ...{ clock: 'skewed', clock_offset_ms: -1500, counters: '{"telemetry-dropped":3}' },
    },
  ]);
  expect(db.prepare('SELECT * FROM metric').all()).toMatchObject([
    { process: 'dispatch', name: 'dispatch_actions_total', labels: 'acknowledge/done', value: 12 },
  ]);
  db.close();
});

test('readings and summaries of the version before stay their community’s, beside another’s watch of the same id', async () => {
  const db = openSqlite(':memory:');
  migrate(db, 'store-telemetry', sqliteStoreMigrations.slice(0, 5));
  const day = start - (start % 86_400_000);
  db.exec(`
    INSERT INTO reading VALUES ('d1', 'heart-rate', ${day}, 1, 0, 'c1', 60, '/min', 1, 0),
      ('d1', 'heart-rate', ${day + 60_000}, 2, 0, 'c1', 80, '/min', 1, 0);
    INSERT INTO series VALUES ('d1', 'heart-rate', 'c1');
    INSERT INTO summary VALUES ('d1', 'heart-rate', 3600000, ${day}, 'c1', 140, 60, 80, 2);`);
  const store = openSqliteStore(db, conformanceNow);
  const asked = { ...wholeDay, from: day, to: day + 3_600_000 };
  const meanOf = async (community: string) =>
    (await store.buckets({ ...asked, community }, 3_600_000)).map(({ mean, count }) => [mean, count]);
  expect(await meanOf('c1')).toEqual([[70, 2]]);
  expect(await meanOf('c2')).toEqual([]);
  await store.write([storedEntry(3, heartRate(100), { community: 'c2', capturedAt: day })]);
  await store.summarize(3_600_000, day, day + 3_600_000);
  expect(await meanOf('c1')).toEqual([[70, 2]]);
  expect(await meanOf('c2')).toEqual([[100, 1]]);
  expect(await store.latest({ community: 'c1', device: 'd1' })).toMatchObject([{ value: 80 }]);
  await store.expire({ class: 'vitals', community: 'c2', before: day + 3_600_000 });
  expect(await meanOf('c2')).toEqual([]);
  expect(await store.readings({ ...asked, community: 'c2' })).toEqual([]);
  expect(await meanOf('c1')).toEqual([[70, 2]]);
  expect(await store.readings(asked)).toHaveLength(2);
  db.close();
});
