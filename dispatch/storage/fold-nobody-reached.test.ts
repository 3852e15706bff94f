import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { migrate } from '#runtime/migrations.ts';
import { openSqlite } from '#runtime/sqlite.ts';
import { openTestDispatch, type TestDispatch } from '../testing/open-test-dispatch.ts';
import { openTestParts } from '../testing/test-parts.ts';
import { incidentMigrations, incidentPart } from './migrations.ts';

/** Steps of the migrations before "nobody answers" was a state of the incident itself. */
const versionBefore = 7;

let folder: string;
let dispatch: TestDispatch;
let db: DatabaseSync;

beforeEach(async () => {
  dispatch = await openTestDispatch();
  folder = mkdtempSync(join(tmpdir(), 'fold-'));
  db = openSqlite(join(folder, 'incidents.db'));
  migrate(db, incidentPart, incidentMigrations.slice(0, versionBefore));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

interface Kept {
  id: string;
  number: string;
  state?: string;
  kind?: string;
  label?: string;
  unreached?: string | null;
  rank?: number;
}

function keep({ id, number, state = 'new', kind = 'sos', label = '101', unreached = null, rank = 0 }: Kept) {
  db.prepare(
    `INSERT INTO incident (id, number, community, state, rank, level, kind, life_safety, late, drill, source,
       attach_key, label, attention, attention_at, alarm_count, summary_zh, summary_en, opened_at, last_alarm_at,
       unreached_incident, timeline_length, version)
     VALUES (?, ?, 'c1', ?, ?, 'red', ?, 1, 0, 0, 'warning', ?, ?, 1, 1000, 1, '', '', 2000, 2000, ?, 1, 1)`,
  ).run(id, number, state, rank, kind, id, label, unreached);
  db.prepare(
    "INSERT INTO timeline (incident, sequence, at, type, words_zh, words_en) VALUES (?, 1, 2000, 'opened', '', '')",
  ).run(id);
}

function sendTo(incident: string, id: string, person: string, state: string) {
  db.prepare("INSERT INTO assignment VALUES (?, ?, ?, '消防', ?, 1, 3000, 3000, NULL)").run(
    id,
    incident,
    person,
    state,
  );
  db.prepare(
    `INSERT INTO notification (id, incident, attention, step, insistence, person, channel, state, about, assignment,
       possible_repeat, attempts, next_try_at, created_at, changed_at)
     VALUES (?, ?, 1, 0, 3, ?, 'in-app', 'sent', 'assignment', ?, 0, 1, 3000, 3000, 3000)`,
  ).run(`n-${id}`, incident, person, id);
}

async function opened() {
  db.close();
  const parts = await openTestParts({
    folder,
    registry: dispatch.registry,
    log: dispatch.log,
    clock: dispatch.clock,
  });
  // The migration goes by the machine's own clock.
  dispatch.clock.time = Date.now();
  return parts;
}

test('an incident told of as answered by nobody is unanswered itself, and the one beside it closed into it', async () => {
  keep({ id: 'i-own', number: '20261124-001', unreached: 'i-alone' });
  keep({ id: 'i-alone', number: '20261124-002', kind: 'nobody-reached', label: '20261124-001 101' });
  keep({ id: 'i-other', number: '20261124-003' });
  db.exec(
    "INSERT INTO escalation (incident, step, due_at) VALUES ('i-alone', 1, 5000), ('i-other', 0, 5000)",
  );
  sendTo('i-alone', 'a-1', 'p3', 'en-route');
  const parts = await opened();

  const [own, other] = await parts.reader.list('c1', { limit: 10 });
  expect(own).toMatchObject({ id: 'i-own', unansweredSince: 2000, version: 3 });
  expect(own?.assignments).toMatchObject([{ id: 'a-1', person: 'p3', state: 'en-route' }]);
  expect(other).toMatchObject({ id: 'i-other', version: 1 });
  expect(other).not.toHaveProperty('unansweredSince');
  expect((await parts.reader.timeline('i-own')).at(-1)).toMatchObject({
    sequence: 2,
    type: 'assigned',
    words: { zh: '派遣 消防（由警情 20261124-002 转来）' },
  });

  expect(await parts.reader.find('i-alone')).toMatchObject({ state: 'resolved', assignments: [] });
  expect((await parts.reader.timeline('i-alone')).map(({ type, words }) => [type, words.zh])).toEqual([
    ['opened', ''],
    ['resolved', '已并入警情 20261124-001：无人应答改为警情自身的状态'],
  ]);
  expect(await parts.reader.changes(0, 10)).toMatchObject([{ incident: 'i-alone', transition: 'resolved' }]);

  // Something is due of it again: nothing was since the incident beside it was dispatch.
  await parts.runDue();
  expect((await parts.reader.timeline('i-own')).at(-1)?.type).toBe('escalated');
  expect((await parts.reader.undelivered('c1', 'p1')).map(({ incident }) => incident)).toContain('i-own');
  await parts.close();
});

test('one whose incident is over, or cannot be found, is closed; what was closed stays as it was', async () => {
  keep({ id: 'i-own', number: '20261124-001', state: 'resolved', unreached: 'i-alone', rank: 8 });
  keep({ id: 'i-alone', number: '20261124-002', kind: 'nobody-reached', label: '20261124-001 101' });
  keep({ id: 'i-lost', number: '20261124-004', kind: 'nobody-reached', label: 'somewhere' });
  keep({ id: 'i-closed', number: '20261124-005', kind: 'nobody-reached', state: 'resolved', rank: 8 });
  sendTo('i-alone', 'a-1', 'p3', 'assigned');
  sendTo('i-lost', 'a-2', 'p3', 'accepted');
  const parts = await opened();
  expect(await parts.reader.list('c1', { limit: 10 })).toEqual([]);
  expect((await parts.reader.find('i-alone'))?.assignments).toMatchObject([{ state: 'released' }]);
  expect((await parts.reader.find('i-lost'))?.assignments).toMatchObject([{ state: 'released' }]);
  expect(await parts.reader.find('i-closed')).toMatchObject({ version: 1 });
  await parts.close();
});

test('who was sent to both is sent to the one, and what somebody has seen stays seen', async () => {
  keep({ id: 'i-own', number: '20261124-001', state: 'acknowledged', unreached: 'i-alone', rank: 4 });
  keep({ id: 'i-alone', number: '20261124-002', kind: 'nobody-reached', label: '20261124-001 101' });
  sendTo('i-own', 'a-own', 'p3', 'accepted');
  sendTo('i-alone', 'a-1', 'p3', 'assigned');
  const parts = await opened();
  const own = await parts.reader.find('i-own');
  expect(own).toMatchObject({ state: 'acknowledged', assignments: [{ id: 'a-own', state: 'accepted' }] });
  expect(own).not.toHaveProperty('unansweredSince');
  await parts.close();
});

test('red that nobody answered and of which nothing was to come is told again', async () => {
  keep({ id: 'i-wall', number: '20261124-001', kind: 'nobody-at-wall' });
  const parts = await opened();
  expect(await parts.reader.find('i-wall')).toMatchObject({ unansweredSince: 1000 });
  await parts.runDue();
  expect(await parts.reader.undelivered('c1', 'p1')).toHaveLength(1);
  await parts.close();
});
