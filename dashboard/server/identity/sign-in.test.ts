import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { staff } from '../../testing/test-community.ts';
import { startTestDashboard, type TestDashboard } from '../../testing/test-dashboard.ts';
import { setPassword } from './accounts.ts';

let dashboard: TestDashboard;
beforeEach(async () => {
  dashboard = await startTestDashboard();
});
afterEach(() => dashboard.close());

const post = (body: object, headers: Record<string, string> = {}) =>
  dashboard.app.inject({ method: 'POST', url: '/api/session', headers, body });
const whoIs = (cookie: string) =>
  dashboard.app.inject({ method: 'GET', url: '/api/session', headers: { cookie } });

test('signing in sets a cookie that scripts and other sites cannot use, and says who it is', async () => {
  const response = await post(staff);
  expect(response.statusCode).toBe(200);
  expect(response.json()).toEqual({
    person: { id: 'c1-guard', name: '值班员' },
    roles: ['guard'],
    elders: [],
    hasPin: false,
    community: { id: 'c1', nameZh: '一号小区', nameEn: 'Community One', timezone: 'Asia/Shanghai' },
  });
  expect(response.cookies.map(({ name, path }) => [name, path]).toSorted()).toEqual([
    ['shouwang-browser', '/api/'],
    ['shouwang-session', '/'],
  ]);
  for (const cookie of response.cookies) {
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict' });
    expect(cookie.secure).toBeUndefined();
  }
});

test('an unknown login and a wrong password are refused in the same words', async () => {
  const wrong = await post({ ...staff, password: 'not the password' });
  const unknown = await post({ login: 'nobody', password: 'not the password' });
  expect([wrong.statusCode, unknown.statusCode]).toEqual([401, 401]);
  expect(wrong.body).toBe(unknown.body);
  expect(wrong.json().code).toBe('DASHBOARD_SIGN_IN_REFUSED');
  expect(wrong.cookies).toEqual([]);
});

const from = (remoteAddress: string, body: object, cookie = '') =>
  dashboard.app.inject({ method: 'POST', url: '/api/session', remoteAddress, headers: { cookie }, body });
const guess = (remoteAddress: string, number = 0, cookie = '') =>
  from(remoteAddress, { ...staff, password: `guess number ${number}` }, cookie);

test('a stranger guesses a login five times, then their next guess waits, and the right one too', async () => {
  for (let number = 0; number < 5; number++) {
    expect((await guess('203.0.113.7', number)).statusCode).toBe(401);
  }
  const refused = await from('203.0.113.7', { ...staff, login: ' ZHIBAN ' });
  expect(refused.statusCode).toBe(429);
  expect(refused.headers['retry-after']).toBe('1');
  expect(refused.json().code).toBe('DASHBOARD_TOO_MANY_SIGN_INS');
  expect(await dashboard.refused('DASHBOARD_TOO_MANY_SIGN_INS')).toBe(1);
  expect((await from('203.0.113.7', staff)).statusCode).toBe(429);
  dashboard.clock.now += 1000;
  expect((await from('203.0.113.7', staff)).statusCode).toBe(200);
});

test('however long strangers guess, the owner signs in from a known browser or a known address', async () => {
  const first = await from('198.51.100.1', staff);
  const browser = first.cookies.find(({ name }) => name === 'shouwang-browser');
  const cookie = `shouwang-browser=${encodeURIComponent(browser?.value ?? '')}`;
  await dashboard.restart();
  for (let network = 0; network < 12; network++) {
    for (let number = 0; number < 5; number++) await guess(`203.0.113.${network}`, number);
  }
  // All strangers wait now, one from a network that never failed among them.
  expect((await guess('203.0.113.200')).statusCode).toBe(429);
  expect((await from('192.0.2.99', staff, cookie)).statusCode).toBe(200);
  expect((await from('198.51.100.1', staff)).statusCode).toBe(200);
  expect((await from('192.0.2.98', staff, 'shouwang-browser=forged.x~y')).statusCode).toBe(429);
});

test('all addresses of an IPv6 network guess as one', async () => {
  for (let number = 0; number < 5; number++) await guess(`2001:db8:0:1::${number + 1}`, number);
  expect((await guess('2001:db8:0:1:ffff::1')).statusCode).toBe(429);
  expect((await guess('2001:db8:0:2::1')).statusCode).toBe(401);
});

test('an address that tries twenty logins waits', async () => {
  for (let guess = 0; guess < 20; guess++) await post({ login: `user${guess}`, password: 'x' });
  expect((await post({ login: 'user20', password: 'x' })).headers['retry-after']).toBe('2');
});

test('in a crush, passwords that could not be checked count as no guesses', async () => {
  const crush = Array.from({ length: 20 }, (_, number) => post({ login: `user${number}`, password: 'x' }));
  const answers = await Promise.all(crush);
  const unchecked = answers.filter(({ statusCode }) => statusCode === 429);
  expect(unchecked.length).toBeGreaterThan(0);
  expect((await post(staff)).statusCode).toBe(200);
});

test('a session id known before signing in is worth nothing after it', async () => {
  const first = await dashboard.signIn();
  const again = await post(staff, { cookie: first });
  expect(again.cookies.some(({ value }) => value !== '' && first.includes(encodeURIComponent(value)))).toBe(
    false,
  );
  expect((await whoIs(first)).statusCode).toBe(401);
});

test('a session survives a restart of the server', async () => {
  const cookie = await dashboard.signIn();
  await dashboard.restart();
  expect((await whoIs(cookie)).statusCode).toBe(200);
});

test('the file of sessions holds no id that could be used', async () => {
  const cookie = decodeURIComponent(await dashboard.signIn());
  const rows = await dashboard.db.selectFrom('session').selectAll().execute();
  expect(rows).toHaveLength(1);
  expect(cookie).not.toContain(rows[0]?.id_hash);
});

describe('a session ends', () => {
  test('by signing out', async () => {
    const cookie = await dashboard.signIn();
    const out = await dashboard.app.inject({ method: 'DELETE', url: '/api/session', headers: { cookie } });
    expect(out.statusCode).toBe(204);
    expect(out.cookies[0]).toMatchObject({ name: 'shouwang-session', value: '' });
    expect((await whoIs(cookie)).statusCode).toBe(401);
  });

  test('after two hours without use, and not before', async () => {
    const cookie = await dashboard.signIn();
    dashboard.clock.now += 7_199_000;
    expect((await whoIs(cookie)).statusCode).toBe(200);
    dashboard.clock.now += 7_199_000;
    expect((await whoIs(cookie)).statusCode).toBe(200);
    dashboard.clock.now += 7_200_000;
    expect((await whoIs(cookie)).statusCode).toBe(401);
  });

  test('after thirteen hours, however much it is used', async () => {
    const cookie = await dashboard.signIn();
    for (let hour = 1; hour < 13; hour++) {
      dashboard.clock.now += 3_600_000;
      expect((await whoIs(cookie)).statusCode).toBe(200);
    }
    dashboard.clock.now += 3_600_000;
    expect((await whoIs(cookie)).statusCode).toBe(401);
  });

  test('when its password is set anew', async () => {
    const cookie = await dashboard.signIn();
    await setPassword(dashboard.db as never, staff.login, 'a new and long password');
    expect((await whoIs(cookie)).statusCode).toBe(401);
    expect((await post({ ...staff, password: 'a new and long password' })).statusCode).toBe(200);
  });

  test('when its person is disabled', async () => {
    const cookie = await dashboard.signIn();
    await dashboard.db.updateTable('person').set({ enabled: 0 }).where('id', '=', 'c1-guard').execute();
    await dashboard.refreshRegistry();
    expect((await whoIs(cookie)).statusCode).toBe(401);
    expect((await post(staff)).statusCode).toBe(401);
  });

  test('when its account has more than twenty, the one longest unused first', async () => {
    const first = await dashboard.signIn();
    for (let n = 0; n < 20; n++) {
      dashboard.clock.now += 1;
      await dashboard.signIn();
    }
    expect((await whoIs(first)).statusCode).toBe(401);
  });
});

test.each(['', 'shouwang-session=x', 'shouwang-session=a.b', 'shouwang-session=%E0%A4%A'])(
  'a forged cookie (%s) is nobody',
  async (cookie) => {
    expect((await whoIs(cookie)).statusCode).toBe(401);
  },
);

test('every sign-in is audited, without a password and without what was typed as an unknown login', async () => {
  await post(staff);
  await post({ ...staff, password: 'wrong password' });
  await post({ login: 'my-secret-password', password: 'x' });
  const lines = await dashboard.db.selectFrom('audit').selectAll().orderBy('id').execute();
  expect(lines.map(({ action, login, person, outcome }) => [action, login, person, outcome])).toEqual([
    ['sign-in', 'zhiban', 'c1-guard', 'done'],
    ['sign-in', 'zhiban', 'c1-guard', 'DASHBOARD_SIGN_IN_REFUSED'],
    ['sign-in', null, null, 'DASHBOARD_SIGN_IN_REFUSED'],
  ]);
  expect(JSON.stringify(lines)).not.toMatch(/password/);
});
