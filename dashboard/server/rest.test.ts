import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { foreignStaff } from '../testing/test-community.ts';
import { startTestDashboard, type TestDashboard } from '../testing/test-dashboard.ts';
import { incidentId, incidentOf } from '../testing/test-dispatch.ts';

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
const auditOf = async (action: string) => {
  const lines = await dashboard.db
    .selectFrom('audit')
    .selectAll()
    .where('action', '=', action as never)
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
        id: 'c1-watch-2',
        class: 'watch',
        name: '手表',
        place: '3栋2单元502',
        dwelling: 'c1-502',
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
          units: [
            {
              id: 'c1-b3u2',
              name: '2单元',
              dwellings: [
                { id: 'c1-501', label: '3栋2单元501' },
                { id: 'c1-502', label: '3栋2单元502' },
              ],
            },
          ],
        },
      ],
    });
    expect(people.json().people.map(({ id }: { id: string }) => id)).toEqual([
      'c1-guard',
      'c1-patrol',
      'c1-manager',
      'c1-station',
    ]);
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

test('health says without signing in which neighbours answer and that all is stored, and nothing else', async () => {
  const parts = ['dispatch', 'broker', 'registry', 'incidents', 'journal', 'live-state'];
  expect((await get('/api/health', {})).json()).toEqual({
    ok: true,
    parts: Object.fromEntries(parts.map((part) => [part, 'up'])),
    store: { state: 'stored', notStored: 0, refused: [] },
  });
});

test('health says what is not stored, how much, and the way out, while the platform itself is well', async () => {
  dashboard.clock.now += 10_000;
  dashboard.storeSays.refused = [
    { cause: 'type-conflict', measurement: 'reading', entries: 40 },
    { cause: 'beyond-retention', measurement: 'event', entries: 2 },
  ];
  const refusing = (await get('/api/health', {})).json();
  expect(refusing).toMatchObject({ ok: true, store: { state: 'not-stored', notStored: 42 } });
  expect(refusing.store.refused[0]).toEqual({
    cause: 'type-conflict',
    measurement: 'reading',
    entries: 40,
    says: {
      zh: '未写入：同名的表已有别的数据类型',
      en: 'Not stored: A measurement of this name exists with another type',
    },
    way: { zh: expect.stringContaining('DROP MEASUREMENT'), en: expect.stringContaining('DROP MEASUREMENT') },
  });
  dashboard.clock.now += 10_000;
  dashboard.storeSays.refused = [];
  dashboard.storeSays.trouble = { name: 'sign-in-refused', since: 1_790_000_000_000 };
  const refused = (await get('/api/health', {})).json();
  expect(refused.store).toMatchObject({
    state: 'waiting',
    trouble: {
      name: 'sign-in-refused',
      since: 1_790_000_000_000,
      says: { zh: '未写入：数据库不认这个用户名、密码或令牌' },
      way: { en: expect.stringContaining('user:password for InfluxDB 1.x') },
    },
  });
  delete dashboard.storeSays.trouble;
});

test('the interface describes itself as OpenAPI 3.1, every route with its refusals', async () => {
  const document = (await get('/api/openapi.json', {})).json();
  expect(document.openapi).toBe('3.1.0');
  const { '/api/incidents/{id}/acknowledge': acknowledge, ...paths } = document.paths;
  expect(Object.keys(acknowledge.post.responses)).toEqual([
    ...['200', '400', '401', '403', '404', '409', '421', '429', '503'],
  ]);
  expect(Object.keys(paths).sort()).toEqual([
    '/api/commands',
    '/api/counts',
    '/api/dead-letters',
    '/api/dead-letters/export',
    '/api/dead-letters/replay',
    '/api/dead-letters/{id}',
    '/api/dead-letters/{id}/discard',
    '/api/dead-letters/{id}/register',
    '/api/dead-letters/{id}/replay',
    '/api/devices',
    '/api/devices/{id}',
    '/api/elders',
    '/api/elders/{id}',
    '/api/elders/{id}/called',
    '/api/elders/{id}/visit',
    '/api/export/{subject}',
    '/api/fhir/Observation',
    '/api/health',
    '/api/incidents',
    '/api/incidents/{id}',
    '/api/incidents/{id}/assignments',
    '/api/incidents/{id}/assignments/{assignment}',
    '/api/incidents/{id}/notes',
    '/api/incidents/{id}/reopen',
    '/api/incidents/{id}/resolve',
    '/api/incidents/{id}/timeline',
    '/api/my/incidents',
    '/api/notifications/{id}',
    '/api/people',
    '/api/places',
    '/api/session',
    '/api/session/community',
    '/api/session/pin',
    '/api/sessions',
    '/api/sessions/{id}',
    '/api/walls',
    '/api/walls/acting',
    '/api/walls/codes',
    '/api/walls/enrol',
    '/api/walls/people',
    '/api/walls/{id}',
  ]);
  expect((await get('/api/docs/', {})).statusCode).toBe(200);
});
