import { join } from 'node:path';
import { sql } from 'kysely';
import { beforeEach, expect, test } from 'vitest';
import { Incident, TimelineEntry } from '#contracts/incident.ts';
import { createValidator } from '#contracts/validate.ts';
import { openSqlite } from '#runtime/sqlite.ts';
import { openTestDispatch, type TestDispatch } from '../testing/open-test-dispatch.ts';
import { openIncidentReader } from './incident-reader.ts';

let dispatch: TestDispatch;

beforeEach(async () => {
  dispatch = await openTestDispatch();
});

test('lists new before acknowledged, then the worst, then the longest waiting, then the resolved', async () => {
  dispatch.log.append({ device: 'watch-1', kind: 'tamper' });
  dispatch.log.append({ device: 'watch-2', kind: 'sos' });
  dispatch.log.append({ device: 'watch-3', kind: 'sos' });
  dispatch.log.append({ device: 'watch-4', kind: 'water-leak' });
  dispatch.log.append({ device: 'watch-5', kind: 'sos' });
  dispatch.log.append({ device: 'watch-6', kind: 'sos' });
  await dispatch.applyAll();
  const set = (dwelling: string, state: 'acknowledged' | 'resolved', rank: number) =>
    dispatch.database.db
      .updateTable('incident')
      .set({ state, rank, resolved_at: state === 'resolved' ? 5000 : null })
      .where('dwelling', '=', dwelling)
      .execute();
  await set('b3u2-103', 'acknowledged', 4);
  await set('b3u2-106', 'resolved', 8);
  const places = async (options: { resolvedSince?: number; limit: number }) =>
    (await dispatch.reader.list('c1', options)).map(({ place }) => place.dwelling?.slice(-3));
  expect(await places({ limit: 100 })).toEqual(['104', '107', '105', '102', '103']);
  expect(await places({ limit: 2 })).toEqual(['104', '107']);
  expect(await places({ limit: 100, resolvedSince: 5000 })).toContain('106');
  expect(await places({ limit: 100, resolvedSince: 5001 })).not.toContain('106');
  expect(await dispatch.reader.list('c2', { limit: 100 })).toEqual([]);
});

test('what it reads is as the contracts say', async () => {
  dispatch.log.append();
  dispatch.log.append({ kind: 'gateway-stale', device: undefined, record: undefined, level: 'orange' });
  await dispatch.applyAll();
  const isIncident = createValidator(Incident);
  const isEntry = createValidator(TimelineEntry);
  for (const incident of await dispatch.reader.list('c1', { limit: 10 })) {
    expect(isIncident(incident)).toMatchObject({ ok: true });
    expect(await dispatch.reader.find(incident.id)).toEqual(incident);
    for (const entry of await dispatch.reader.timeline(incident.id)) {
      expect(isEntry(entry)).toMatchObject({ ok: true });
    }
  }
  expect(await dispatch.reader.find('i-none')).toBeUndefined();
});

test('changes are read by number, in order and without a gap', async () => {
  expect(await dispatch.reader.newestChange()).toBe(0);
  for (let count = 0; count < 10; count++) dispatch.log.append({ device: `watch-${count}` });
  await dispatch.applyAll();
  expect(await dispatch.reader.newestChange()).toBe(30);
  const first = await dispatch.reader.changes(0, 12);
  const rest = await dispatch.reader.changes(12, 100);
  expect([...first, ...rest].map(({ change }) => change)).toEqual(
    Array.from({ length: 30 }, (_, index) => index + 1),
  );
});

test('of a timeline only the lines above a sequence are read', async () => {
  dispatch.log.append();
  await dispatch.applyAll();
  const [incident] = await dispatch.reader.list('c1', { limit: 1 });
  const whole = await dispatch.reader.timeline(incident!.id);
  expect(whole.map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
  expect(await dispatch.reader.timeline(incident!.id, 1)).toEqual(whole.slice(1));
  expect(await dispatch.reader.timeline(incident!.id, 3)).toEqual([]);
});

test('a file of another version is refused', () => {
  const file = join(dispatch.folder, 'other.db');
  openSqlite(file).close();
  expect(() => openIncidentReader(file)).toThrow(expect.objectContaining({ code: 'DATABASE_NOT_MIGRATED' }));
});

test.each([
  [
    'incident_worst_first',
    'incident',
    "community = 'c1' AND state <> 'resolved' ORDER BY rank, attention_at",
  ],
  ['incident_attach', 'incident', "community = 'c1' AND attach_key = 'k' AND state <> 'resolved'"],
  ['notification_untaken', 'notification', "person = 'p1' AND state IN ('pending', 'sent')"],
  [
    'notification_pending',
    'notification',
    "channel = 'in-app' AND state = 'pending' AND next_try_at <= 5 ORDER BY next_try_at",
  ],
  ['timeline_closing', 'timeline', "incident = 'i' AND type IN ('resolved', 'reopened') AND at < 5"],
  ['escalation_due', 'escalation', 'due_at <= 5 ORDER BY due_at'],
])('what is asked all the time is read by %s, without sorting', async (index, table, condition) => {
  const query = sql<{
    detail: string;
  }>`${sql.raw(`EXPLAIN QUERY PLAN SELECT * FROM ${table} WHERE ${condition}`)}`;
  const { rows } = await query.execute(dispatch.database.db);
  expect(rows).toHaveLength(1);
  expect(rows[0]?.detail).toContain(`USING INDEX ${index} `);
});

test('incidents of days are of their community, in order of number, in pages', async () => {
  for (let count = 1; count <= 4; count++) dispatch.log.append({ device: `watch-${count}` });
  await dispatch.applyAll();
  const numbers = ['20261031-002', '20261101-001', '20261107-1000', '20261108-001'];
  const incidents = await dispatch.reader.list('c1', { limit: 10 });
  expect(incidents).toHaveLength(4);
  for (const [index, { id }] of incidents.entries()) {
    await dispatch.database.db
      .updateTable('incident')
      .set({ number: numbers[index] })
      .where('id', '=', id)
      .execute();
  }
  const read = async (options: { from: string; to: string; after?: string; limit: number }, of = 'c1') =>
    (await dispatch.reader.ofDays(of, options)).map(({ number }) => number);
  const week = { from: '20261101', to: '20261107' };
  expect(await read({ ...week, limit: 10 })).toEqual(numbers.slice(1, 3));
  expect(await read({ ...week, limit: 1 })).toEqual(['20261101-001']);
  expect(await read({ ...week, limit: 1, after: '20261101-001' })).toEqual(['20261107-1000']);
  expect(await read({ ...week, limit: 1, after: '20261107-1000' })).toEqual([]);
  expect(await read({ ...week, limit: 10 }, 'c2')).toEqual([]);
});
