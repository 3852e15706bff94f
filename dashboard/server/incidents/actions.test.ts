import { afterEach, beforeEach, expect, test } from 'vitest';
import { startTestDashboard, type TestDashboard } from '../../testing/test-dashboard.ts';
import { incidentId, incidentOf } from '../../testing/test-dispatch.ts';

let dashboard: TestDashboard;
let cookie: string;
beforeEach(async () => {
  dashboard = await startTestDashboard();
  cookie = await dashboard.signIn();
  const assignment = {
    id: 'a-1',
    person: 'c1-patrol',
    personName: '巡逻员',
    state: 'accepted',
    changedAt: 1,
  } as const;
  dashboard.incidents.change(incidentOf(1, { assignments: [assignment] }), 'opened');
});
afterEach(() => dashboard.close());

const get = (url: string, headers: Record<string, string> = { cookie }) =>
  dashboard.app.inject({ method: 'GET', url, headers });
const post = (url: string, body: unknown, headers: Record<string, string> = {}) =>
  dashboard.app.inject({
    method: 'POST',
    url,
    headers: { cookie, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
const one = `/api/incidents/${incidentId(1)}`;
const request = 'request-0001';
const auditOf = async (action: string) => {
  const lines = await dashboard.db
    .selectFrom('audit')
    .selectAll()
    .where('action', '=', action as never)
    .execute();
  return lines.map(({ person, community, object, outcome }) => [person, community, object, outcome]);
};

test.each([
  ['incident.acknowledge', `${one}/acknowledge`, { attention: 1 }],
  ['incident.assign', `${one}/assignments`, { person: 'c1-patrol' }],
  ['assignment.move', `${one}/assignments/a-1`, { to: 'en-route' }],
  ['incident.note', `${one}/notes`, { text: '家属已联系' }],
  ['incident.resolve', `${one}/resolve`, { outcome: 'false' }],
  ['incident.reopen', `${one}/reopen`, {}],
  ['notification.move', '/api/notifications/n-1', { to: 'read' }, { community: 'c1' }],
] as [string, string, object, object?][])(
  '%s is asked of dispatch in the name of who signed in, and audited before and after',
  async (action, url, body, told = {}) => {
    const response = await post(url, { request, ...body });
    expect(response.statusCode).toBe(200);
    expect(response.json()).toMatchObject({ incident: incidentId(1), changed: true });
    expect(dashboard.dispatch.asked).toEqual([
      {
        path: url.slice('/api'.length),
        authorization: 'Bearer token-of-the-services',
        body: { request, ...body, ...told, actor: 'c1-guard' },
      },
    ]);
    expect((await auditOf(action)).map((line) => line[3])).toEqual(['begun', 'done']);
  },
);

test('an incident opened by hand is of the community of who signed in', async () => {
  const body = { request, kind: 'help-request', place: { dwelling: 'c1-501', label: '3栋2单元501' } };
  expect((await post('/api/incidents', body)).statusCode).toBe(200);
  expect(dashboard.dispatch.asked[0]?.body).toEqual({ ...body, actor: 'c1-guard', community: 'c1' });
  expect(await auditOf('incident.open')).toEqual([
    ['c1-guard', 'c1', null, 'begun'],
    ['c1-guard', 'c1', incidentId(1), 'done'],
  ]);
});

test.each([
  [
    'a building of another community',
    '/api/incidents',
    { place: { building: 'c2-b3', label: 'x' } },
    '/place/building',
  ],
  ['an unknown unit', '/api/incidents', { place: { unit: 'u', label: 'x' } }, '/place/unit'],
  [
    'a dwelling of another community',
    '/api/incidents',
    { place: { dwelling: 'c2-501', label: 'x' } },
    '/place/dwelling',
  ],
  ['a person of another community', `${one}/assignments`, { person: 'c2-guard' }, '/person'],
  ['a person who may not see incidents', `${one}/assignments`, { person: 'c1-nobody' }, '/person'],
  ['an actor of its own choice', `${one}/acknowledge`, { attention: 1, actor: 'c1-patrol' }, '/actor'],
  ['a number as text', `${one}/acknowledge`, { attention: '1' }, '/attention'],
  ['no request id', `${one}/reopen`, { request: undefined }, '/'],
  ['an outcome nobody knows', `${one}/resolve`, { outcome: 'maybe' }, '/outcome'],
])('%s is refused with its path and never reaches dispatch', async (_what, url, part, path) => {
  const kind = url === '/api/incidents' ? { kind: 'other' } : {};
  const response = await post(url, { request, ...kind, ...part });
  expect([response.statusCode, response.json().path]).toEqual([400, path]);
  expect(dashboard.dispatch.asked).toEqual([]);
});

test.each([
  ['what is not JSON', '{"request":', 'application/json', 400],
  ['what is too large', JSON.stringify({ text: 'x'.repeat(70_000) }), 'application/json', 413],
  ['a form', 'request=request-0001', 'application/x-www-form-urlencoded', 415],
])('%s is refused in the same form', async (_what, body, type, status) => {
  const headers = { cookie, 'content-type': type };
  const response = await dashboard.app.inject({ method: 'POST', url: `${one}/notes`, headers, body });
  expect(response.statusCode).toBe(status);
  expect(response.json().code).toBe('DASHBOARD_REQUEST_INVALID');
});

test("dispatch's refusals keep their code, path and status", async () => {
  const refusal = { code: 'ATTENTION_MOVED', message: 'a newer alarm came', path: '/attention' };
  dashboard.dispatch.refuseNext(409, refusal);
  const response = await post(`${one}/acknowledge`, { request, attention: 1 });
  expect([response.statusCode, response.json()]).toEqual([409, refusal]);
  expect((await auditOf('incident.acknowledge')).map((line) => line[3])).toEqual([
    'begun',
    'ATTENTION_MOVED',
  ]);
});

test('a token that dispatch refuses does not sign the person out', async () => {
  dashboard.dispatch.refuseNext(401, { code: 'UNAUTHORIZED', message: 'no' });
  const response = await post(`${one}/reopen`, { request });
  expect([response.statusCode, response.json().code]).toEqual([503, 'DISPATCH_TOKEN_REFUSED']);
});

test('while dispatch is down an action is answered 503 and the action begun stays in the audit log', async () => {
  await dashboard.dispatch.close();
  const response = await post(`${one}/acknowledge`, { request, attention: 1 });
  expect([response.statusCode, response.json().code]).toEqual([503, 'DISPATCH_UNREACHABLE']);
  expect(response.headers['retry-after']).toBe('2');
  expect((await auditOf('incident.acknowledge')).map((line) => line[3])).toEqual([
    'begun',
    'DISPATCH_UNREACHABLE',
  ]);
  expect((await get('/api/health', {})).json()).toMatchObject({ ok: false, parts: { dispatch: 'down' } });
  expect((await get('/api/incidents')).json().incidents).toHaveLength(1);
});

test.each(['http://evil.example', 'null', 'http://localhost:1'])(
  'a request from a page of %s is refused',
  async (origin) => {
    const response = await post(`${one}/acknowledge`, { request, attention: 1 }, { origin });
    expect([response.statusCode, response.json().code]).toEqual([403, 'DASHBOARD_ORIGIN_REFUSED']);
    expect(dashboard.dispatch.asked).toEqual([]);
  },
);

test('a request from an own page passes', async () => {
  const headers = { origin: 'http://192.168.7.4:8080', host: '192.168.7.4:8080' };
  expect((await post(`${one}/acknowledge`, { request, attention: 1 }, headers)).statusCode).toBe(200);
});

test('nothing is done while the audit log cannot be written', async () => {
  await dashboard.db.schema.alterTable('audit').renameTo('audit_gone').execute();
  const response = await post(`${one}/acknowledge`, { request, attention: 1 });
  expect([response.statusCode, response.json().code]).toEqual([503, 'DASHBOARD_AUDIT_UNAVAILABLE']);
  expect(dashboard.dispatch.asked).toEqual([]);
});
