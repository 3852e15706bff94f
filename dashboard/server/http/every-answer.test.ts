import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { relative, staff } from '../../testing/test-community.ts';
import { startTestDashboard, type TestDashboard } from '../../testing/test-dashboard.ts';
import { incidentId, incidentOf } from '../../testing/test-dispatch.ts';
import { createHostCheck } from './own-host.ts';

let dashboard: TestDashboard;
beforeEach(async () => {
  dashboard = await startTestDashboard();
  dashboard.incidents.change(incidentOf(1), 'opened');
});
afterEach(() => dashboard.close());

type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE' | 'PATCH';
const ask = (method: Method, url: string, headers: Record<string, string> = {}) =>
  dashboard.app.inject({ method, url, headers });

interface Operation {
  responses: Record<string, { content?: Record<string, { schema: { properties?: object } }> }>;
}
const documented = async (): Promise<[Method, string, Operation][]> => {
  const { paths } = (await ask('GET', '/api/openapi.json')).json() as {
    paths: Record<string, Record<string, Operation>>;
  };
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]): [Method, string, Operation] => [
      method.toUpperCase() as Method,
      path,
      operation,
    ]),
  );
};

describe('what leaves', () => {
  test('a browser on a shared PC does not keep what is personal, and no page may use camera or place', async () => {
    const cookie = await dashboard.signIn();
    for (const url of [
      '/api/incidents',
      `/api/incidents/${incidentId(1)}`,
      '/api/people',
      '/api/session',
      '/api/incidents/none',
    ]) {
      const { headers } = await ask('GET', url, { cookie });
      expect([url, headers['cache-control']]).toEqual([url, 'no-store']);
      expect(headers['permissions-policy']).toMatch(/camera=\(\).*geolocation=\(\).*microphone=\(\)/);
    }
    const page = await ask('GET', '/console/');
    expect(page.headers['permissions-policy']).toContain('autoplay=(self)');
  });
});

describe('a foreign page that has its name point here', () => {
  test.each([
    'evil.example',
    'evil.example:8080',
    '127.0.0.1.evil.example',
    'a b',
    '127.0.0.1:99999',
    'x/@y',
  ])('is answered 421 under %j', async (host) => {
    const { statusCode, body } = await ask('GET', '/api/health', { host });
    expect([statusCode, JSON.parse(body).code]).toEqual([421, 'DASHBOARD_HOST_UNKNOWN']);
  });

  test.each(['localhost', '127.0.0.1:8080', '[::1]:8080', '10.0.0.5', 'app.localhost:1', 'localhost.'])(
    'is none under %j',
    async (host) => expect((await ask('GET', '/api/health', { host })).statusCode).toBe(200),
  );

  test('gets no live page either', async () => {
    const response = await fetch(`${dashboard.url}/live/?EIO=4&transport=polling`);
    expect(response.status).toBe(403);
    const { request } = await import('node:http');
    const answer = await new Promise<string>((resolve, reject) => {
      const asked = request(`${dashboard.url}/live/?EIO=4&transport=polling`, {
        headers: { host: 'evil.example' },
      });
      asked.on('response', (incoming) => {
        let text = '';
        incoming.on('data', (chunk) => {
          text += chunk;
        });
        incoming.on('end', () => resolve(text));
      });
      asked.on('error', reject);
      asked.end();
    });
    expect(answer).toContain('DASHBOARD_HOST_UNKNOWN');
  });

  test('names that are configured, and the machine itself, are ours', () => {
    const isOwn = createHostCheck({
      publicOrigin: 'https://watch.example',
      hostNames: 'Guard-PC, shouwang.lan',
      machine: 'box7',
    });
    expect(
      [
        'watch.example',
        'guard-pc:8080',
        'shouwang.lan',
        'box7',
        'BOX7.local',
        'watch.example.evil',
        'box8',
      ].map(isOwn),
    ).toEqual([true, true, true, true, true, false, false]);
    expect(isOwn(undefined)).toBe(false);
  });
});

describe('a request that is not as declared', () => {
  test.each(['true', '0x10', '1e2', ' 1', '', '1.5', '99999999999999999999'])(
    '?limit=%s is refused, not read as another number',
    async (limit) => {
      const cookie = await dashboard.signIn();
      const url = `/api/incidents?limit=${encodeURIComponent(limit)}`;
      const { statusCode, body } = await ask('GET', url, { cookie });
      expect([statusCode, JSON.parse(body).path]).toEqual([400, '/limit']);
    },
  );

  test.each([
    ['PATCH', '/api/session', 'DELETE, GET, HEAD, POST'],
    ['PUT', `/api/incidents/${incidentId(1)}`, 'GET, HEAD'],
    ['GET', '/api/session/pin', 'PUT'],
    ['DELETE', '/api/health?x=1', 'GET, HEAD'],
  ] as const)('%s %s answers 405 and what the path takes', async (method, url, allow) => {
    const { statusCode, headers, body } = await ask(method, url);
    expect([statusCode, headers.allow, JSON.parse(body).code]).toEqual([
      405,
      allow,
      'DASHBOARD_METHOD_UNKNOWN',
    ]);
    expect((await ask(method, '/api/nowhere')).statusCode).toBe(404);
  });

  test.each(['ge9999999-01-01', 'eq0000-01-01', '9999-12-31', 'ge0001-01-01', 'ge2026-11-24T10:00:00+99:99'])(
    'a FHIR date %s and a day of an export that no calendar has are the asker’s fault',
    async (date) => {
      const cookie = await dashboard.signIn(relative);
      const url = `/api/fhir/Observation?subject=Patient/c1-r2&date=${encodeURIComponent(date)}`;
      const { statusCode, body } = await ask('GET', url, { cookie });
      expect([statusCode, JSON.parse(body).resourceType]).toEqual([400, 'OperationOutcome']);
    },
  );

  test('counts of the year 9999 are refused as days that are none', async () => {
    const cookie = await dashboard.signIn(staff);
    const url = '/api/counts?of=incidents&by=kind&from=9999-12-31&to=9999-12-31';
    expect((await ask('GET', url, { cookie })).statusCode).toBe(400);
  });
});

describe('the documents of the API', () => {
  test('every refusal that a route sends stands in them', async () => {
    const cookies = [await dashboard.signIn(staff), await dashboard.signIn(relative)];
    const undocumented: string[] = [];
    let sent = 0;
    for (const [method, path, { responses }] of await documented()) {
      const url = path.replaceAll(/\{[^}]+\}/g, 'none-1');
      const json = { 'content-type': 'application/json' };
      const tries = [
        ask(method, url),
        ask(method, url, { host: 'evil.example' }),
        ...(method === 'GET' ? [] : [ask(method, url, { origin: 'http://evil.example' })]),
        ...(path === '/api/session' && method === 'DELETE' ? [] : cookies).flatMap((cookie) => [
          ask(method, url, { cookie }),
          ask(method, `${url}?unknown=1`, { cookie }),
          ...(method === 'GET'
            ? []
            : [dashboard.app.inject({ method, url, headers: { cookie, ...json }, payload: '{"no":' })]),
          ...(method === 'GET'
            ? []
            : [dashboard.app.inject({ method, url, headers: { cookie, ...json }, payload: '{"no":1}' })]),
        ]),
      ];
      for (const { statusCode, body } of await Promise.all(tries)) {
        if (statusCode < 400) continue;
        sent += 1;
        if (!(statusCode in responses)) undocumented.push(`${method} ${path} ${statusCode} ${body}`);
      }
    }
    expect(undocumented).toEqual([]);
    expect(sent).toBeGreaterThan(200);
  });
});
