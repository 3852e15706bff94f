import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { WallReport } from '#contracts/dispatch-api.ts';
import { actingHeader } from '#contracts/wall.ts';
import { manager, staff } from '../../testing/test-community.ts';
import { type Page, startTestDashboard, type TestDashboard } from '../../testing/test-dashboard.ts';
import { incidentId, incidentOf } from '../../testing/test-dispatch.ts';
import { isTrivial } from '../identity/pins.ts';

let dashboard: TestDashboard;
beforeEach(async () => {
  dashboard = await startTestDashboard();
});
afterEach(() => dashboard.close());

const pin = '280519';
const acknowledge = `/api/incidents/${incidentId(1)}/acknowledge`;
const day = 86_400_000;

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';
const ask = (cookie: string, method: Method, url: string, body?: object, headers = {}) =>
  dashboard.app.inject({
    method,
    url,
    headers: { ...(cookie && { cookie }), ...headers },
    ...(body && { body }),
  });

async function makeCode(name = '监控室'): Promise<string> {
  const response = await ask(await dashboard.signIn(manager), 'POST', '/api/walls/codes', { name });
  expect(response.statusCode).toBe(200);
  return response.json().code;
}

async function enrol(): Promise<{ cookie: string; id: string }> {
  const response = await ask('', 'POST', '/api/walls/enrol', { code: await makeCode() });
  const cookie = response.cookies.find(({ name }) => name === 'shouwang-session');
  // The browser's own clock counts here.
  expect((cookie?.expires?.getTime() ?? 0) - Date.now()).toBeGreaterThan(399 * day);
  return { cookie: `${cookie!.name}=${encodeURIComponent(cookie!.value)}`, id: response.json().person.id };
}

async function setPin(account = staff): Promise<void> {
  const body = { pin, password: account.password };
  expect((await ask(await dashboard.signIn(account), 'PUT', '/api/session/pin', body)).statusCode).toBe(204);
}

const actAs = (wall: string, given = { person: 'c1-guard', pin }) =>
  ask(wall, 'POST', '/api/walls/acting', given);

describe('enrolling', () => {
  test('a code makes a wall of a screen once, and says what it is', async () => {
    const code = await makeCode();
    const first = await ask('', 'POST', '/api/walls/enrol', { code });
    expect(first.json()).toMatchObject({
      person: { name: '监控室' },
      roles: ['wall'],
      wall: { shiftStarts: ['08:00', '20:00'] },
    });
    const second = await ask('', 'POST', '/api/walls/enrol', { code });
    expect([second.statusCode, second.json().code]).toEqual([401, 'DASHBOARD_WALL_CODE_REFUSED']);
  });

  test('a code is too old after 10 min', async () => {
    const code = await makeCode();
    dashboard.clock.now += 600_000;
    expect((await ask('', 'POST', '/api/walls/enrol', { code })).statusCode).toBe(401);
  });

  test('only a manager makes codes, and no more than five wait', async () => {
    const refused = await ask(await dashboard.signIn(), 'POST', '/api/walls/codes', { name: '墙' });
    expect(refused.statusCode).toBe(404);
    for (let number = 0; number < 5; number++) await makeCode();
    const sixth = await ask(await dashboard.signIn(manager), 'POST', '/api/walls/codes', { name: '墙' });
    expect([sixth.statusCode, sixth.json().code]).toEqual([409, 'DASHBOARD_WALL_CODES_FULL']);
  });

  test('strangers who guess codes for hours keep no screen out whose place or browser is known', async () => {
    const code = await makeCode();
    const type = (remoteAddress: string, typed: string, cookie = '') =>
      dashboard.app.inject({
        method: 'POST',
        url: '/api/walls/enrol',
        remoteAddress,
        headers: { cookie },
        body: { code: typed },
      });
    const signedIn = await dashboard.app.inject({
      method: 'POST',
      url: '/api/session',
      remoteAddress: '192.0.2.1',
      body: manager,
    });
    const browser = signedIn.cookies.find(({ name }) => name === 'shouwang-browser');
    for (let guess = 0; guess < 101; guess++) await type(`203.0.113.${guess}`, '00000000');
    expect((await type('203.0.113.250', code)).statusCode).toBe(429);
    const cookie = `shouwang-browser=${encodeURIComponent(browser?.value ?? '')}`;
    expect((await type('203.0.113.251', '00000000', cookie)).statusCode).toBe(401);
    expect((await type('192.0.2.1', code)).statusCode).toBe(200);
  });

  test('who guesses codes waits', async () => {
    const code = await makeCode();
    for (let guess = 0; guess < 5; guess++) {
      await ask('', 'POST', '/api/walls/enrol', { code: String(guess).padStart(8, '0') });
    }
    const response = await ask('', 'POST', '/api/walls/enrol', { code });
    expect([response.statusCode, Number(response.headers['retry-after']) > 0]).toEqual([429, true]);
  });

  test('a wall lasts over idling, days and a restart, until it is taken away', async () => {
    const { cookie, id } = await enrol();
    dashboard.clock.now += 60 * day;
    await dashboard.restart();
    expect((await ask(cookie, 'GET', '/api/incidents')).statusCode).toBe(200);
    const boss = await dashboard.signIn(manager);
    expect((await ask(boss, 'GET', '/api/walls')).json().walls).toMatchObject([{ id, name: '监控室' }]);
    const page = await dashboard.openPage(cookie);
    const told = new Promise<void>((resolve) => page.socket.once('signed-out', resolve));
    expect((await ask(boss, 'DELETE', `/api/walls/${id}`)).statusCode).toBe(204);
    await told;
    expect((await ask(cookie, 'GET', '/api/incidents')).statusCode).toBe(401);
    expect((await ask(boss, 'DELETE', `/api/walls/${id}`)).statusCode).toBe(404);
  });
});

describe('acting at a wall', () => {
  beforeEach(() => dashboard.incidents.change(incidentOf(1), 'opened'));
  const body = { request: 'request-0001', attention: 1 };

  test('without a PIN nothing is done', async () => {
    const { cookie } = await enrol();
    const response = await ask(cookie, 'POST', acknowledge, body);
    expect([response.statusCode, response.json().code]).toEqual([403, 'DASHBOARD_ACTING_REQUIRED']);
    expect(dashboard.dispatch.asked).toEqual([]);
  });

  test('with one, one action is that person’s, and the audit log knows where', async () => {
    await setPin();
    const { cookie, id } = await enrol();
    expect((await ask(cookie, 'GET', '/api/walls/people')).json().people).toEqual([
      { id: 'c1-guard', name: '值班员' },
    ]);
    const { token, name } = (await actAs(cookie)).json();
    expect(name).toBe('值班员');
    const headers = { [actingHeader]: token };
    expect((await ask(cookie, 'POST', acknowledge, body, headers)).statusCode).toBe(200);
    expect((await ask(cookie, 'POST', acknowledge, body, headers)).statusCode).toBe(200);
    const other = { ...body, request: 'request-0002' };
    expect((await ask(cookie, 'POST', acknowledge, other, headers)).statusCode).toBe(403);
    expect(dashboard.dispatch.asked.map((asked) => asked.body.actor)).toEqual(['c1-guard', 'c1-guard']);
    const lines = await dashboard.db
      .selectFrom('audit')
      .selectAll()
      .where('action', '=', 'incident.acknowledge')
      .execute();
    expect(lines[0]).toMatchObject({ person: 'c1-guard', place: id, outcome: 'begun' });
  });

  test('a token is over after a minute, and of no other wall', async () => {
    await setPin();
    const [here, there] = [await enrol(), await enrol()];
    const { token } = (await actAs(here.cookie)).json();
    const headers = { [actingHeader]: token };
    expect((await ask(there.cookie, 'POST', acknowledge, body, headers)).statusCode).toBe(403);
    dashboard.clock.now += 60_000;
    expect((await ask(here.cookie, 'POST', acknowledge, body, headers)).statusCode).toBe(403);
  });

  test('wrong PINs are refused, audited and slowed down; who has no post here is refused as a wrong PIN', async () => {
    await setPin();
    const { cookie, id } = await enrol();
    for (let guess = 0; guess < 5; guess++) {
      expect((await actAs(cookie, { person: 'c1-guard', pin: '000000' })).statusCode).toBe(403);
    }
    expect((await actAs(cookie)).statusCode).toBe(429);
    expect((await actAs(cookie, { person: 'c1-relative', pin })).json().code).toBe('DASHBOARD_PIN_WRONG');
    expect((await actAs(cookie, { person: 'c2-guard', pin })).json().code).toBe('DASHBOARD_PIN_WRONG');
    dashboard.clock.now += 60_000;
    expect((await actAs(cookie)).statusCode).toBe(200);
    const lines = await dashboard.db
      .selectFrom('audit')
      .selectAll()
      .where('action', '=', 'wall.acting')
      .execute();
    expect(lines.filter(({ outcome }) => outcome === 'DASHBOARD_PIN_WRONG')).toHaveLength(7);
    expect(new Set(lines.map(({ place }) => place))).toEqual(new Set([id]));
  });

  test('wrong PINs typed at a wall lock out nobody at another wall, and there no other person', async () => {
    await setPin();
    await setPin(manager);
    const [here, there] = [await enrol(), await enrol()];
    for (const person of ['c1-guard', 'c1-relative', 'nobody-1', 'nobody-2', 'nobody-3']) {
      for (let guess = 0; guess < 5; guess++) await actAs(here.cookie, { person, pin: '000000' });
    }
    expect((await actAs(here.cookie)).statusCode).toBe(429);
    expect((await actAs(there.cookie)).statusCode).toBe(200);
    expect((await actAs(here.cookie, { person: 'c1-manager', pin })).statusCode).toBe(200);
    dashboard.clock.now += 20_000;
    expect((await actAs(here.cookie)).statusCode).toBe(200);
  });

  test('a wall knows nothing of arrivals', async () => {
    const { cookie } = await enrol();
    const detail = (await ask(cookie, 'GET', `/api/incidents/${incidentId(1)}`)).json();
    expect(detail.arrivalInfo).toBeUndefined();
  });
});

describe('a PIN', () => {
  test('is set by who knows the password, and is not what is guessed first', async () => {
    const cookie = await dashboard.signIn();
    const wrong = await ask(cookie, 'PUT', '/api/session/pin', { pin, password: 'not this one' });
    expect([wrong.statusCode, wrong.json().code]).toEqual([403, 'DASHBOARD_PASSWORD_WRONG']);
    const weak = await ask(cookie, 'PUT', '/api/session/pin', { pin: '123456', password: staff.password });
    expect([weak.statusCode, weak.json().code]).toEqual([400, 'DASHBOARD_PIN_WEAK']);
    expect((await ask(cookie, 'GET', '/api/session')).json().hasPin).toBe(false);
    await setPin();
    expect((await ask(cookie, 'GET', '/api/session')).json().hasPin).toBe(true);
  });

  test.each([
    ['111111', true],
    ['123456', true],
    ['987654', true],
    ['121212', true],
    ['123123', true],
    ['123457', false],
    ['135791', false],
    ['280519', false],
  ])('%s is what is guessed first: %s', (digits, expected) => {
    expect(isTrivial(digits)).toBe(expected);
  });
});

describe('presence', () => {
  const reports = () => dashboard.dispatch.walls.map(({ communities }: WallReport) => communities[0]);
  const say = (page: Page, sound: 'on' | 'blocked' | 'unconfirmed') => page.socket.emit('wall', { sound });

  test('what a wall’s page says is reported at once, and a page of a person says nothing of walls', async () => {
    const { cookie } = await enrol();
    await vi.waitFor(() =>
      expect(reports().at(-1)).toEqual({ community: 'c1', enrolled: 1, watched: 0, because: 'away' }),
    );
    const wall = await dashboard.openPage(cookie);
    say(wall, 'on');
    await vi.waitFor(() => expect(reports().at(-1)).toEqual({ community: 'c1', enrolled: 1, watched: 1 }));
    say(await dashboard.openPage(await dashboard.signIn()), 'blocked');
    say(wall, 'unconfirmed');
    await vi.waitFor(() =>
      expect(reports().at(-1)).toMatchObject({ watched: 0, because: 'sound-unconfirmed' }),
    );
    const listed = (await ask(await dashboard.signIn(manager), 'GET', '/api/walls')).json().walls;
    expect(listed).toMatchObject([{ sound: 'unconfirmed', heardAt: dashboard.clock.now }]);
  });

  test('nothing is reported of a community that never had a wall; after the last was taken away, none', async () => {
    const { id } = await enrol();
    await vi.waitFor(() => expect(reports()).not.toEqual([]));
    await ask(await dashboard.signIn(manager), 'DELETE', `/api/walls/${id}`);
    await vi.waitFor(() => expect(reports().at(-1)).toEqual({ community: 'c1', enrolled: 0, watched: 0 }));
    expect(
      dashboard.dispatch.walls.flatMap(({ communities }) => communities.map((one) => one.community)),
    ).not.toContain('c2');
  });
});
