import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { foreignStaff, startTestDashboard, type TestDashboard } from './test-dashboard.ts';
import { incidentId, incidentOf } from './test-dispatch.ts';

let dashboard: TestDashboard;
let cookie: string;
beforeEach(async () => {
  dashboard = await startTestDashboard();
  cookie = await dashboard.signIn();
  dashboard.incidents.change(incidentOf(1), 'opened');
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
const auditOf = async (act: string) => {
  const lines = await dashboard.db
    .selectFrom('audit')
    .selectAll()
    .where('act', '=', act as never)
    .execute();
  return lines.map(({ person, community, object, outcome }) => [person, community, object, outcome]);
};

describe('who may see', () => {
  test.each(['/api/session', '/api/incidents', one, '/api/devices', '/api/places', '/api/people'])(
    '%s is refused without signing in',
    async (url) => {
      const response = await get(url, {});
      expect(response.statusCode).toBe(401);
      expect(response.json().code).toBe('DASHBOARD_NOT_SIGNED_IN');
    },
  );

  test('an incident of another community looks as if it were not there, to reading and to acting', async () => {
    const foreign = await dashboard.signIn(foreignStaff);
    const there = await get(one, { cookie: foreign });
    const nowhere = await get(`/api/incidents/${incidentId(9)}`, { cookie: foreign });
    expect([there.statusCode, nowhere.statusCode]).toEqual([404, 404]);
    expect(there.json().code).toBe(nowhere.json().code);
    const acted = await post(`${one}/acknowledge`, { request, attention: 1 }, { cookie: foreign });
    expect(acted.statusCode).toBe(404);
    expect(dashboard.dispatch.asked).toEqual([]);
    expect((await get('/api/incidents', { cookie: foreign })).json()).toEqual({ incidents: [] });
    expect((await get('/api/devices/c1-watch', { cookie: foreign })).statusCode).toBe(404);
    expect(await auditOf('incident.look')).toEqual([
      ['c2-guard', 'c2', incidentId(1), 'DASHBOARD_NOT_FOUND'],
      ['c2-guard', 'c2', incidentId(9), 'DASHBOARD_NOT_FOUND'],
    ]);
  });

  test('devices, places and people are those of the own community', async () => {
    const [devices, places, people] = await Promise.all([
      get('/api/devices'),
      get('/api/places'),
      get('/api/people'),
    ]);
    expect(devices.json().devices).toEqual([
      {
        id: 'c1-watch',
        class: 'watch',
        name: '手表',
        place: '3栋2单元501',
        dwelling: 'c1-501',
        gateway: 'gw1',
      },
      {
        id: 'c1-gate',
        class: 'gate',
        name: '单元门',
        place: '3栋2单元 单元门',
        unit: 'c1-b3u2',
        gateway: 'gw1',
      },
    ]);
    expect(places.json()).toEqual({
      buildings: [
        {
          id: 'c1-b3',
          name: '3栋',
          units: [{ id: 'c1-b3u2', name: '2单元', dwellings: [{ id: 'c1-501', label: '3栋2单元501' }] }],
        },
      ],
    });
    expect(people.json().people.map(({ id }: { id: string }) => id)).toEqual(['c1-guard', 'c1-patrol']);
  });

  test("a look at an incident and at a dwelling's device stands in the audit log, a look at a gate does not", async () => {
    const detail = await get(one);
    expect(detail.json()).toMatchObject({ incident: { id: incidentId(1) }, timeline: [{ sequence: 1 }] });
    await get('/api/devices/c1-watch');
    await get('/api/devices/c1-gate');
    expect(await auditOf('incident.look')).toEqual([['c1-guard', 'c1', incidentId(1), 'done']]);
    expect(await auditOf('device.look')).toEqual([['c1-guard', 'c1', 'c1-watch', 'done']]);
  });
});

describe('acting', () => {
  test.each([
    ['incident.acknowledge', `${one}/acknowledge`, { attention: 1 }],
    ['incident.assign', `${one}/assignments`, { person: 'c1-patrol' }],
    ['assignment.move', `${one}/assignments/a-1`, { to: 'en-route' }],
    ['incident.note', `${one}/notes`, { text: '家属已联系' }],
    ['incident.resolve', `${one}/resolve`, { outcome: 'false' }],
    ['incident.reopen', `${one}/reopen`, {}],
    ['notification.move', '/api/notifications/n-1', { to: 'read' }],
  ])(
    '%s is asked of dispatch in the name of who signed in, and audited before and after',
    async (act, url, body) => {
      const response = await post(url, { request, ...body });
      expect(response.statusCode).toBe(200);
      expect(response.json()).toMatchObject({ incident: incidentId(1), changed: true });
      expect(dashboard.dispatch.asked).toEqual([
        {
          path: url.slice('/api'.length),
          authorization: 'Bearer token-of-the-services',
          body: { request, ...body, actor: 'c1-guard' },
        },
      ]);
      expect((await auditOf(act)).map((line) => line[3])).toEqual(['begun', 'done']);
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

  test('while dispatch is down an act is answered 503 and the act begun stays in the audit log', async () => {
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
    const headers = { origin: 'http://desk.local:8080', host: 'desk.local:8080' };
    expect((await post(`${one}/acknowledge`, { request, attention: 1 }, headers)).statusCode).toBe(200);
  });

  test('nothing is done while the audit log cannot be written', async () => {
    await dashboard.db.schema.alterTable('audit').renameTo('audit_gone').execute();
    const response = await post(`${one}/acknowledge`, { request, attention: 1 });
    expect([response.statusCode, response.json().code]).toEqual([503, 'DASHBOARD_AUDIT_UNAVAILABLE']);
    expect(dashboard.dispatch.asked).toEqual([]);
  });
});

test('lines of the audit log can be neither changed, removed nor replaced', async () => {
  const { db } = dashboard;
  const before = await db.selectFrom('audit').selectAll().execute();
  const line = before[0]!;
  const tries = [
    db.updateTable('audit').set({ outcome: 'changed' }).execute(),
    db.deleteFrom('audit').execute(),
    db
      .replaceInto('audit')
      .values({ ...line, outcome: 'changed' })
      .execute(),
  ];
  for (const attempt of tries) await expect(attempt).rejects.toThrow('audit is append-only');
  expect(await db.selectFrom('audit').selectAll().execute()).toEqual(before);
});

test('the list of incidents takes its numbers from the query and refuses others', async () => {
  expect((await get('/api/incidents?limit=1')).json().incidents).toHaveLength(1);
  const [tooMany, unknown] = await Promise.all([
    get('/api/incidents?limit=2001'),
    get('/api/incidents?page=2'),
  ]);
  expect([tooMany.statusCode, tooMany.json().path]).toEqual([400, '/limit']);
  expect([unknown.statusCode, unknown.json().path]).toEqual([400, '/page']);
});

test('health says without signing in which neighbours answer, and nothing else', async () => {
  const parts = ['dispatch', 'broker', 'registry', 'incidents', 'journal', 'live-state'];
  expect((await get('/api/health', {})).json()).toEqual({
    ok: true,
    parts: Object.fromEntries(parts.map((part) => [part, 'up'])),
  });
});

test('the interface describes itself as OpenAPI 3.1, every route with its refusals', async () => {
  const document = (await get('/api/openapi.json', {})).json();
  expect(document.openapi).toBe('3.1.0');
  const { '/api/incidents/{id}/acknowledge': acknowledge, ...paths } = document.paths;
  expect(Object.keys(acknowledge.post.responses)).toEqual(['200', '400', '401', '403', '404', '409', '503']);
  expect(Object.keys(paths).sort()).toEqual([
    '/api/devices',
    '/api/devices/{id}',
    '/api/health',
    '/api/incidents',
    '/api/incidents/{id}',
    '/api/incidents/{id}/assignments',
    '/api/incidents/{id}/assignments/{assignment}',
    '/api/incidents/{id}/notes',
    '/api/incidents/{id}/reopen',
    '/api/incidents/{id}/resolve',
    '/api/notifications/{id}',
    '/api/people',
    '/api/places',
    '/api/session',
  ]);
  expect((await get('/api/docs/', {})).statusCode).toBe(200);
});

describe('pages', () => {
  const build = () => {
    const dist = join(dashboard.folder, 'dist');
    mkdirSync(join(dist, 'console'), { recursive: true });
    mkdirSync(join(dist, 'assets'));
    writeFileSync(join(dist, 'console/index.html'), '<!doctype html><title>console</title>');
    writeFileSync(join(dist, 'assets/page-4f2a.js'), 'export {};');
    writeFileSync(join(dashboard.folder, 'outside.txt'), 'outside');
  };

  test('that are not built are replaced by one that says what to run', async () => {
    const response = await get('/console/', {});
    expect(response.statusCode).toBe(503);
    expect(response.body).toContain('npm run build');
  });

  test('are never cached, but what carries a hash in its name always', async () => {
    build();
    expect((await get('/', {})).headers.location).toBe('/console/');
    for (const url of ['/console/', '/console/incidents/7']) {
      const page = await get(url, {});
      expect([page.statusCode, page.headers['cache-control']]).toEqual([200, 'no-cache']);
      expect(page.body).toContain('<title>console</title>');
    }
    const script = await get('/assets/page-4f2a.js', {});
    expect(script.headers['cache-control']).toBe('public, max-age=31536000, immutable');
  });

  test.each(['/assets/gone.js', '/console/gone.js', '/api/gone', '/..%2foutside.txt', '/%2e%2e/outside.txt'])(
    '%s is not found',
    async (url) => {
      build();
      const response = await get(url, {});
      expect(response.statusCode).toBeGreaterThanOrEqual(403);
      expect(response.body).not.toContain('outside\n');
      expect(response.json().code).toBeDefined();
    },
  );

  test('run own scripts only, and on a plain network are not told to use TLS', async () => {
    build();
    const { headers } = await get('/console/', {});
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("style-src 'self' 'unsafe-inline';");
    expect(policy).not.toContain('upgrade-insecure-requests');
    expect(headers['strict-transport-security']).toBeUndefined();
  });
});
