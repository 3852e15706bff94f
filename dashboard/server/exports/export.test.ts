import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ExportSubject, exportPath, exportSubjects } from '#contracts/export.ts';
import type { StoredEvent } from '#contracts/telemetry-reader.ts';
import { manager, relative, responder, staff } from '../../testing/test-community.ts';
import { startTestDashboard, type TestDashboard } from '../../testing/test-dashboard.ts';
import { incidentId, incidentOf } from '../../testing/test-dispatch.ts';

let dashboard: TestDashboard;
beforeEach(async () => {
  dashboard = await startTestDashboard();
  dashboard.clock.now = noon;
});
afterEach(() => dashboard.close());

const noon = Date.parse('2026-11-24T04:00:00Z');
const week = { from: '2026-11-22', to: '2026-11-28' };

async function take(
  subject: ExportSubject,
  query: Partial<Parameters<typeof exportPath>[1]> = {},
  as = manager,
) {
  const cookie = await dashboard.signIn(as);
  const url = exportPath(subject, { ...week, format: 'jsonl', language: 'zh', ...query });
  const response = await dashboard.app.inject({ url, headers: { cookie } });
  const rows = () =>
    response.body
      .trimEnd()
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  return {
    ...response,
    statusCode: response.statusCode,
    body: response.body,
    headers: response.headers,
    rows,
  };
}

const audited = () =>
  dashboard.db
    .selectFrom('audit')
    .select(['person', 'object', 'outcome'])
    .where('action', '=', 'export')
    .execute();

function event(position: number, part: Partial<StoredEvent> = {}): StoredEvent {
  const facts = { community: 'c1', device: 'c1-gate', kind: 'access-granted', active: true, late: false };
  return { at: noon + position, position, ...facts, ...part };
}

test('events come with what and where, of the own community and time alone', async () => {
  dashboard.events.push(
    event(1, { means: 'card', code: '5/1' }),
    event(2, { community: 'c2', device: 'c2-gate' }),
    event(3, { at: Date.parse('2026-11-28T16:00:00Z') }),
    event(4, { device: 'c1-watch', kind: 'sos', level: 'red', possibleRepeat: true }),
  );
  expect((await take('events')).rows()).toEqual([
    {
      at: '2026-11-24T04:00:00.001Z',
      localTime: '2026-11-24 12:00:00',
      device: 'c1-gate',
      deviceName: '单元门',
      place: '3栋2单元 单元门',
      kind: 'access-granted',
      what: '通过',
      active: true,
      means: 'card',
      code: '5/1',
      late: false,
      possibleRepeat: false,
      saidByOther: false,
    },
    expect.objectContaining({ device: 'c1-watch', kind: 'sos', level: 'red', possibleRepeat: true }),
  ]);
});

test('gate passages are what happened at gates', async () => {
  dashboard.events.push(
    event(1),
    event(2, { kind: 'tamper' }),
    event(3, { device: 'c1-watch', kind: 'duress' }),
    event(4, { device: 'taken-away-since', kind: 'access-denied' }),
  );
  const rows = (await take('gate-passages', { language: 'en' })).rows();
  expect(rows.map(({ device, what }) => [device, what])).toEqual([
    ['c1-gate', 'Granted'],
    ['taken-away-since', 'Denied'],
  ]);
});

test('more events than one page holds come once each, in order', async () => {
  for (let position = 1; position <= 1234; position++) dashboard.events.push(event(position));
  const rows = (await take('events')).rows();
  expect(rows.map(({ at }) => Date.parse(String(at)) - noon)).toEqual(
    Array.from({ length: 1234 }, (_, i) => i + 1),
  );
});

test('incidents come with every line of their timeline', async () => {
  for (let n = 1; n <= 25; n++)
    dashboard.incidents.change(incidentOf(n, { place: { label: '=3栋' } }), 'opened');
  dashboard.incidents.change({ id: incidentId(1), state: 'resolved', outcome: 'false' }, 'resolved');
  dashboard.incidents.change(incidentOf(90, { community: 'c2', number: '20261124-090' }), 'opened');
  dashboard.incidents.change(incidentOf(91, { number: '20261129-001' }), 'opened');
  const rows = (await take('incidents')).rows();
  expect(rows).toHaveLength(26);
  expect(
    rows.slice(0, 3).map(({ number, sequence, type, outcome }) => [number, sequence, type, outcome]),
  ).toEqual([
    ['20261124-001', 1, 'opened', 'false'],
    ['20261124-001', 2, 'resolved', 'false'],
    ['20261124-002', 1, 'opened', undefined],
  ]);
  expect((await take('incidents', { format: 'csv' })).body).toContain(",'=3栋,");
});

test('the audit log is that of the own community, and knows of the export itself', async () => {
  await dashboard.signIn({ login: 'linju', password: 'another long password' });
  await dashboard.signIn(staff);
  const rows = (await take('audit')).rows();
  expect(rows.map(({ action, login, outcome }) => [action, login, outcome])).toEqual([
    ['sign-in', 'zhiban', 'done'],
    ['sign-in', 'jingli', 'done'],
    ['export', 'jingli', 'begun'],
  ]);
});

test('a CSV file says in its name whose it is and of which days, and is kept nowhere on its way', async () => {
  const { headers, body } = await take('audit', { format: 'csv' });
  expect(headers).toMatchObject({
    'content-type': 'text/csv; charset=utf-8; header=present',
    'content-disposition': 'attachment; filename="shouwang-c1-audit-2026-11-22_2026-11-28.csv"',
    'cache-control': 'no-store',
  });
  expect(body).toMatch(/^\ufeff时间（UTC）,当地时间,人员编号,/);
});

test('begin and end of an export stand in the audit log, with how many rows went out', async () => {
  dashboard.events.push(event(1), event(2));
  await take('events');
  expect(await audited()).toEqual([
    { person: 'c1-manager', object: 'events/2026-11-22/2026-11-28/jsonl', outcome: 'begun' },
    { person: 'c1-manager', object: 'events/2026-11-22/2026-11-28/jsonl/2 rows', outcome: 'done' },
  ]);
});

describe.each(exportSubjects)('%s', (subject) => {
  test.each([
    ['a guard', staff],
    ['a responder', responder],
    ['a relative', relative],
  ])('is not there for %s, and the audit log knows that they asked', async (_who, account) => {
    const response = await take(subject, {}, account);
    expect([response.statusCode, response.rows()[0]]).toMatchObject([404, { code: 'DASHBOARD_NOT_FOUND' }]);
    expect((await audited()).map(({ outcome }) => outcome)).toEqual(['DASHBOARD_NOT_FOUND']);
  });
});

test.each([
  [{ from: '2026-11-29' }, '/to'],
  [{ from: '2026-02-30' }, '/from'],
  [{ from: '2026-01-01' }, '/to'],
])('%j is refused before anything is read', async (query, path) => {
  const response = await take('events', query);
  expect([response.statusCode, response.rows()[0]?.path]).toEqual([400, path]);
  expect(await audited()).toEqual([]);
});

test('while two exports run a third is told to wait, and may begin when one has ended or its taker is gone', async () => {
  for (let position = 1; position <= 20_000; position++) dashboard.events.push(event(position));
  const cookie = await dashboard.signIn(manager);
  const url = `${dashboard.url}${exportPath('events', { ...week, format: 'jsonl', language: 'zh' })}`;
  const open = (signal?: AbortSignal) => fetch(url, { headers: { cookie }, ...(signal && { signal }) });
  const leaving = new AbortController();
  // Nothing is read of their answers: both wait for their takers.
  const [left, read] = [await open(leaving.signal), await open()];
  expect([left.status, read.status]).toEqual([200, 200]);
  const third = await open();
  expect([third.status, third.headers.get('retry-after')]).toEqual([429, '30']);
  leaving.abort();
  await expect.poll(async () => (await audited()).map(({ outcome }) => outcome)).toContain('aborted');
  expect((await read.text()).trimEnd().split('\n')).toHaveLength(20_000);
  expect((await open()).status).toBe(200);
});
