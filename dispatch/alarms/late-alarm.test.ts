import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Incident } from '#contracts/incident.ts';
import type { WarningTransition } from '#contracts/warning-transition.ts';
import { migrate } from '#runtime/migrations.ts';
import { openSqlite } from '#runtime/sqlite.ts';
import { acknowledge } from '../actions/acknowledge.ts';
import { reopen, resolve } from '../actions/resolve.ts';
import { incidentMigrations, incidentPart } from '../storage/migrations.ts';
import { openIncidentTables } from '../storage/tables.ts';
import { testTime } from '../testing/memory-warning-log.ts';
import { openTestDispatch, type TestDispatch } from '../testing/open-test-dispatch.ts';

const minute = 60_000;
let dispatch: TestDispatch;
let requests: number;

beforeEach(async () => {
  dispatch = await openTestDispatch();
  requests = 0;
});

const list = () => dispatch.reader.list('c1', { limit: 100, resolvedSince: 0 });
async function take(line: Partial<WarningTransition>): Promise<Incident[]> {
  dispatch.log.append({ at: dispatch.clock.time, ...line });
  await dispatch.applyAll();
  return list();
}
async function act(what: 'acknowledge' | 'resolve' | 'reopen', minutes: number): Promise<void> {
  dispatch.clock.time = testTime + minutes * minute;
  const { id, attention } = (await list()).at(-1) as Incident;
  requests += 1;
  const by = { actor: 'p1', request: `request-${requests}` };
  await dispatch.runAction(async (context) => {
    if (what === 'acknowledge') await acknowledge(context, id, { ...by, attention });
    else if (what === 'resolve') await resolve(context, id, { ...by, outcome: 'false' });
    else await reopen(context, id, by);
  });
}

/** An incident opens at 0 min, is answered at 2, closed at 10 and, reopened, open again from 20 on. */
const lives = {
  open: async () => undefined,
  answered: () => act('acknowledge', 2),
  closed: async () => {
    await act('acknowledge', 2);
    await act('resolve', 10);
  },
  reopened: async () => {
    await act('acknowledge', 2);
    await act('resolve', 10);
    await act('reopen', 20);
  },
} as const;

type Where = 'stands' | 'sounds' | 'opens' | 'opens-linked';
const cases: [captured: string, atMinute: number, Record<keyof typeof lives, Where>][] = [
  ['before it opened', -1, { open: 'opens', answered: 'opens', closed: 'opens', reopened: 'opens' }],
  ['as it opened', 0, { open: 'stands', answered: 'stands', closed: 'opens-linked', reopened: 'stands' }],
  [
    'after it was answered',
    5,
    { open: 'stands', answered: 'sounds', closed: 'opens-linked', reopened: 'sounds' },
  ],
  ['after it was closed', 15, { open: 'stands', answered: 'sounds', closed: 'opens', reopened: 'opens' }],
  ['after it was reopened', 25, { open: 'stands', answered: 'sounds', closed: 'opens', reopened: 'sounds' }],
];
const table = cases.flatMap(([captured, at, by]) =>
  Object.entries(by).map(([life, where]) => [captured, life as keyof typeof lives, at, where] as const),
);
/** What comes: an SOS of a registered watch, of one that nobody knows, one that may be a repeat; and a forced door. */
const sources: [string, Partial<WarningTransition>][] = [
  ['a late SOS', {}],
  ['a late SOS of an unregistered watch', { device: undefined, key: 'c1/gw1/watch-3g:1/sos' }],
  ['a late SOS that may be a repeat', { possibleRepeat: true }],
];

describe.each(sources)('%s', (_name, given) => {
  test.each(table)(
    'captured %s, of an incident that is %s (%s min): %s',
    async (_captured, life, at, where) => {
      const { possibleRepeat, ...first } = given;
      const [incident] = await take(first);
      await lives[life]();
      const before = (await list())[0] as Incident;
      dispatch.clock.time = testTime + 60 * minute;
      const late = { late: true, warning: 'w-late', capturedAt: testTime + at * minute };
      const key = given.key && { key: `${given.key}/@late` };
      const all = await take({ ...given, ...late, ...key });
      const own = all.find(({ id }) => id === incident?.id) as Incident;
      const other = all.find(({ id }) => id !== incident?.id);
      if (where === 'stands' || where === 'sounds') {
        expect(all).toHaveLength(1);
        expect(own).toMatchObject({ alarmCount: 2, late: false });
        expect(own.attention - before.attention).toBe(where === 'sounds' ? 1 : 0);
        expect(own.state).toBe(where === 'sounds' ? 'new' : before.state);
        return;
      }
      expect(other).toMatchObject({ state: 'new', late: true, alarmCount: 1, level: 'red' });
      expect(own).toMatchObject({ state: before.state, alarmCount: 1, attention: before.attention });
      expect(other?.linked).toEqual(where === 'opens' ? undefined : [{ id: own.id, number: own.number }]);
      expect(own.linked).toEqual(where === 'opens' ? undefined : [{ id: other?.id, number: other?.number }]);
    },
  );
});

test.each(table)(
  'a late forced door captured %s, of an incident that is %s (%s min), never opens one (SOS: %s)',
  async (_captured, life, at, where) => {
    const door = { kind: 'door-forced', device: 'gate', level: 'orange', lifeSafety: false } as const;
    await take(door);
    await lives[life]();
    dispatch.clock.time = testTime + 60 * minute;
    const all = await take({
      ...door,
      transition: 'repeated',
      late: true,
      capturedAt: testTime + at * minute,
    });
    expect(all).toHaveLength(1);
    expect(all[0]?.alarmCount).toBe(where === 'stands' || where === 'sounds' ? 2 : 1);
  },
);

test('a late alarm that is worse than what people answered sounds, on the same incident', async () => {
  const fast = { kind: 'vitals-abnormal', level: 'yellow', lifeSafety: false } as const;
  const [incident] = await take(fast);
  await act('acknowledge', 2);
  const worse = {
    transition: 'worsened',
    level: 'orange',
    late: true,
    capturedAt: testTime + minute,
  } as const;
  const all = await take({ ...fast, ...worse });
  expect(all).toMatchObject([{ id: incident?.id, state: 'new', level: 'orange', attention: 2, late: false }]);
});

const lateAt = (minutes: number, more: Partial<WarningTransition> = {}) => ({
  late: true,
  warning: `w-late-${minutes}`,
  capturedAt: testTime + minutes * minute,
  ...more,
});

test('late alarms of a dwelling and kind are one incident while it is open, and the next begins another', async () => {
  await take({});
  await act('acknowledge', 1);
  await act('resolve', 2);
  dispatch.clock.time = testTime + 60 * minute;
  await take(lateAt(0.5));
  await take(lateAt(30));
  // The other watch of the same dwelling is of the same place, and of another person.
  const [late] = await take(lateAt(31, { device: 'watch-other' }));
  expect(late).toMatchObject({ state: 'new', late: true, alarmCount: 3, attention: 2 });
  expect(await list()).toHaveLength(2);
  // Another kind, and another dwelling, are not.
  expect(await take(lateAt(32, { kind: 'fall' }))).toHaveLength(3);
  expect(await take(lateAt(33, { device: 'watch-7' }))).toHaveLength(4);
});

test('the open incident of another watch of the dwelling swallows no late SOS', async () => {
  await take({ device: 'watch-other' });
  const all = await take(lateAt(0.5));
  expect(all.map(({ late, alarmCount }) => [late, alarmCount]).sort()).toEqual([
    [false, 1],
    [true, 1],
  ]);
});

test('an alarm of now joins the incident of now, not the late one that was opened after it', async () => {
  await take({});
  await take(lateAt(-30));
  const all = await take({ warning: 'w-000000000000000000000001', transition: 'repeated' });
  expect(all.find(({ late }) => !late)?.alarmCount).toBe(2);
  expect(all.find(({ late }) => late)?.alarmCount).toBe(1);
});

test('a late alarm that comes before its late end, and one that comes after it', async () => {
  const smoke = { kind: 'smoke', device: 'watch-5' } as const;
  await take(lateAt(1, { ...smoke, warning: 'w-smoke' }));
  const [incident] = await take({
    ...smoke,
    warning: 'w-smoke',
    transition: 'cleared',
    capturedAt: testTime + 2 * minute,
  });
  expect(incident).toMatchObject({ late: true, state: 'new', alarmCount: 1 });
  const types = (await dispatch.reader.timeline(incident?.id ?? '')).map(({ type }) => type);
  expect(types.filter((type) => type === 'alarm' || type === 'condition-ended')).toEqual([
    'alarm',
    'condition-ended',
  ]);
});

test('incidents of an earlier version are found by the device and kind of their alarms', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'dispatch-'));
  const file = join(folder, 'incidents.db');
  const old = openSqlite(file);
  migrate(old, incidentPart, incidentMigrations.slice(0, 7));
  old.exec(`
    INSERT INTO incident (id, number, community, state, rank, level, kind, life_safety, late, drill, attach_key, label,
      attention, attention_at, alarm_count, summary_zh, summary_en, opened_at, last_alarm_at, timeline_length, version)
    VALUES ('i-1', '20261124-001', 'c1', 'new', 0, 'red', 'sos', 1, 0, 0, 'dwelling:d', '501', 1, 9, 1, '求救', 'SOS', 9, 9, 1, 1),
      ('i-2', '20261124-002', 'c1', 'new', 0, 'red', 'sos', 1, 1, 0, 'dwelling:d', '501', 1, 9, 1, '求救', 'SOS', 9, 9, 1, 1);
    INSERT INTO incident_warning (incident, warning, kind, source, active) VALUES ('i-2', 'w-2', 'sos', 'watch', 1);
    INSERT INTO timeline (incident, sequence, at, type, words_zh, words_en, kind, subject, captured_at)
    VALUES ('i-1', 1, 9, 'alarm', '求救', 'SOS', 'sos', 'watch', 7), ('i-1', 2, 9, 'alarm', '求救', 'SOS', 'sos', 'watch', 5),
      ('i-2', 1, 9, 'alarm', '求救', 'SOS', 'sos', 'watch', 3), ('i-2', 2, 9, 'note', '', '', NULL, NULL, NULL)`);
  old.close();
  const { db } = openIncidentTables(file);
  expect(await db.selectFrom('incident_source').selectAll().orderBy('incident').execute()).toMatchObject([
    { subject: 'watch', kind: 'sos', incident: 'i-1', first_captured_at: 5 },
    { subject: 'watch', kind: 'sos', incident: 'i-2', first_captured_at: null },
  ]);
  expect(await db.selectFrom('incident_warning').select('late').execute()).toMatchObject([{ late: 1 }]);
  await db.destroy();
  rmSync(folder, { recursive: true });
});
