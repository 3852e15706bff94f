import { expect, test } from 'vitest';
import type { JournalEntry } from '#contracts/journal-entry.ts';
import { migrate } from '#runtime/migrations.ts';
import { openSqlite } from '#runtime/sqlite.ts';
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
    values: [{ name: 'dispatch_acts_total', labels: 'acknowledge/done', value: 12 }],
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
    { process: 'dispatch', name: 'dispatch_acts_total', labels: 'acknowledge/done', value: 12 },
  ]);
  db.close();
});
