import { afterAll, beforeAll, expect, test } from 'vitest';
import { exportPath, exportSubjects } from '#contracts/export.ts';
import { relative, responder, staff } from '../../testing/test-community.ts';
import { startTestDashboard, type TestDashboard } from '../../testing/test-dashboard.ts';
import { assignmentOf, incidentId, incidentOf } from '../../testing/test-dispatch.ts';
import { deadLetterOf } from '../../testing/test-ingest.ts';

/** Incidents of the table: brought to the responder, not brought to them, and closed under them. */
const [theirs, notTheirs, closed] = [1, 2, 3].map((n) => `/api/incidents/${incidentId(n)}`);
const request = 'request-0001';

let dashboard: TestDashboard;
const cookies: Record<string, string> = {};
beforeAll(async () => {
  dashboard = await startTestDashboard();
  const people = { guard: staff, responder, relative };
  for (const [who, account] of Object.entries(people)) cookies[who] = await dashboard.signIn(account);
  const assignments = [assignmentOf('a-1', 'c1-station'), assignmentOf('a-2', 'c1-patrol')];
  dashboard.incidents.change(incidentOf(1, { assignments }), 'opened');
  dashboard.incidents.change(incidentOf(2), 'opened');
  dashboard.ingest.deadLetters.c1 = [deadLetterOf(1)];
  dashboard.incidents.change(incidentOf(3, { assignments, state: 'resolved' }), 'resolved');
});
afterAll(() => dashboard.close());

const linesOf = (person: string) =>
  dashboard.db
    .selectFrom('audit')
    .select(['action', 'object', 'outcome'])
    .where('person', '=', person)
    .execute();

/** Method, path, body, then who is answered 200; everybody else is answered 404, with a line in the audit log. */
const table: [string, string, object | undefined, string[]][] = [
  ['GET', '/api/incidents', undefined, ['guard']],
  ['GET', '/api/devices', undefined, ['guard']],
  ['GET', '/api/devices/c1-watch', undefined, ['guard']],
  ['GET', '/api/places', undefined, ['guard']],
  ['GET', '/api/people', undefined, ['guard']],
  ['GET', '/api/counts?of=incidents&by=kind&from=2026-11-01&to=2026-11-02', undefined, ['guard']],
  ...exportSubjects.map((subject): [string, string, object | undefined, string[]] => [
    'GET',
    exportPath(subject, { from: '2026-11-01', to: '2026-11-02', format: 'csv', language: 'zh' }),
    undefined,
    [],
  ]),
  ['GET', '/api/my/incidents', undefined, ['responder']],
  ['GET', theirs!, undefined, ['guard', 'responder']],
  ['GET', notTheirs!, undefined, ['guard']],
  ['GET', closed!, undefined, ['guard']],
  ['POST', '/api/incidents', { kind: 'other', place: { label: 'x' } }, ['guard']],
  ['POST', '/api/commands', { device: 'c1-gate', action: 'open-door', reason: '送药上门' }, ['guard']],
  ['POST', `${theirs}/acknowledge`, { attention: 1 }, ['guard']],
  ['POST', `${theirs}/resolve`, { outcome: 'real' }, ['guard']],
  ['POST', `${theirs}/reopen`, {}, ['guard']],
  ['POST', `${theirs}/notes`, { text: '已到' }, ['guard', 'responder']],
  ['POST', `${notTheirs}/notes`, { text: '已到' }, ['guard']],
  ['POST', `${closed}/notes`, { text: '已到' }, ['guard']],
  ['POST', `${theirs}/assignments`, { person: 'c1-station', accept: true }, ['guard', 'responder']],
  ['POST', `${theirs}/assignments`, { person: 'c1-station' }, ['guard']],
  ['POST', `${theirs}/assignments`, { person: 'c1-patrol' }, ['guard']],
  ['POST', `${notTheirs}/assignments`, { person: 'c1-station', accept: true }, ['guard']],
  ['POST', `${closed}/assignments`, { person: 'c1-station', accept: true }, ['guard']],
  ['POST', `${theirs}/assignments/a-1`, { to: 'on-scene' }, ['guard', 'responder']],
  ['POST', `${theirs}/assignments/a-2`, { to: 'on-scene' }, ['guard']],
  ['POST', `${theirs}/assignments/a-9`, { to: 'on-scene' }, []],
  ['POST', `${closed}/assignments/a-1`, { to: 'on-scene' }, ['guard']],
];
/** What the manager alone may: to everybody here it is as if it were not there. */
const ofManager: [string, string, object | undefined][] = [
  ['GET', '/api/dead-letters', undefined],
  ['GET', '/api/dead-letters/export', undefined],
  ['GET', '/api/dead-letters/1', undefined],
  ['POST', '/api/dead-letters/1/replay', undefined],
  ['POST', '/api/dead-letters/replay', { gateway: 'gw1', reason: 'invalid' }],
  ['POST', '/api/dead-letters/1/discard', { because: '不需要' }],
  ['POST', '/api/dead-letters/1/register', { address: 'watch-3g:1', class: 'watch', name: '手表' }],
];
const everybody = { guard: 'c1-guard', responder: 'c1-station', relative: 'c1-relative' };

const rows: typeof table = [
  ...table.map(
    ([method, url, body, allowed]) =>
      [method, url, body && { request, ...body }, allowed] satisfies (typeof table)[number],
  ),
  ...ofManager.map((row) => [...row, []] satisfies (typeof table)[number]),
];

test.each(
  rows.flatMap(([method, url, body, allowed]) =>
    Object.entries(everybody).map(([who, person]) => {
      const status = allowed.includes(who) ? 200 : 404;
      return { who, person, method: method as 'GET', url, body, status };
    }),
  ),
)('$who: $method $url $body → $status', async ({ who, person, method, url, body, status }) => {
  const before = (await linesOf(person)).length;
  const asked = dashboard.dispatch.asked.length;
  const headers = { cookie: cookies[who]! };
  const response = await dashboard.app.inject({ method, url, headers, ...(body && { body }) });
  expect(response.statusCode).toBe(status);
  if (status !== 404) return;
  expect(response.json()).toEqual({ code: 'DASHBOARD_NOT_FOUND', message: expect.any(String) });
  const lines = (await linesOf(person)).slice(before);
  expect(lines.map(({ outcome }) => outcome)).toEqual(['DASHBOARD_NOT_FOUND']);
  expect(lines[0]?.object).not.toBe('');
  expect(dashboard.dispatch.asked).toHaveLength(asked);
  expect(dashboard.ingest.asked).toEqual([]);
});
