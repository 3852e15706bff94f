import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { registryMigrations } from '#registry/migrations.ts';
import { migrate } from '#runtime/migrations.ts';
import { openSqlite } from '#runtime/sqlite.ts';
import { dashboardMigrations } from '../../migrations.ts';
import { manager, staff } from '../../testing/test-community.ts';
import { startTestDashboard, type TestDashboard } from '../../testing/test-dashboard.ts';
import { createAccount, setPassword } from './accounts.ts';
import { readSessionDevice } from './session-store.ts';

let dashboard: TestDashboard;
beforeEach(async () => {
  dashboard = await startTestDashboard();
});
afterEach(() => dashboard.close());

const ask = (method: 'GET' | 'DELETE', url: string, cookie: string) =>
  dashboard.app.inject({ method, url, headers: { cookie } });
const listOf = async (cookie: string) => (await ask('GET', '/api/sessions', cookie)).json().sessions;
const statusOf = async (cookie: string) => (await ask('GET', '/api/session', cookie)).statusCode;
const untilPageNoted = (pages: number) =>
  expect
    .poll(() =>
      dashboard.db.selectFrom('session').where('page_seen_at', 'is not', null).select('id_hash').execute(),
    )
    .toHaveLength(pages);

test('a person sees where they are signed in, and ends one or all of the others, pages with them', async () => {
  const [here, lost, old] = [await dashboard.signIn(), await dashboard.signIn(), await dashboard.signIn()];
  const other = await dashboard.signIn(manager);
  const page = await dashboard.openPage(lost);
  const told = new Promise<void>((resolve) => page.socket.once('signed-out', resolve));
  const sessions = await listOf(lost);
  expect(sessions).toHaveLength(3);
  expect(sessions[0]).toMatchObject({ browser: 'other', system: 'other', seenAt: dashboard.clock.now });
  const lostOne = sessions.find(({ isThis }: { isThis: boolean }) => isThis);

  expect((await ask('DELETE', `/api/sessions/${lostOne.id}`, other)).statusCode).toBe(404);
  expect(await statusOf(lost)).toBe(200);
  expect((await ask('DELETE', `/api/sessions/${lostOne.id}`, here)).statusCode).toBe(204);
  await told;
  expect(await statusOf(lost)).toBe(401);

  expect((await ask('DELETE', '/api/sessions', here)).statusCode).toBe(204);
  expect([await statusOf(here), await statusOf(old), await statusOf(other)]).toEqual([200, 401, 200]);
  const lines = await dashboard.db
    .selectFrom('audit')
    .selectAll()
    .where('action', '=', 'session.end')
    .execute();
  expect(lines.map(({ person, outcome }) => [person, outcome])).toEqual([
    ['c1-manager', 'DASHBOARD_NOT_FOUND'],
    ['c1-guard', 'done'],
    ['c1-guard', 'done'],
  ]);
});

test('the 21st signing in ends who has been away longest, never a page that listens', async () => {
  const listening = await dashboard.signIn();
  const page = await dashboard.openPage(listening);
  await untilPageNoted(1);
  dashboard.clock.now += 30_000;
  const away = await dashboard.signIn();
  dashboard.clock.now += 1000;
  const others = [];
  while (others.length < 18) others.push(await dashboard.signIn());
  const last = await dashboard.signIn();

  const found = [listening, away, ...others, last].map(statusOf);
  expect((await Promise.all(found)).map((status) => status === 200)).toEqual([
    true,
    false,
    ...others.map(() => true),
    true,
  ]);
  expect(page.socket.connected).toBe(true);
  const lines = await dashboard.db
    .selectFrom('audit')
    .selectAll()
    .where('action', '=', 'session.end')
    .execute();
  expect(lines).toMatchObject([{ login: staff.login, object: 'sessions', outcome: 'done' }]);
});

test('a page away for long is told when it comes back that its session ended', async () => {
  const lost = await dashboard.signIn();
  const page = await dashboard.openPage(lost);
  await untilPageNoted(1);
  page.socket.close();
  await expect.poll(() => dashboard.live.connections).toBe(0);
  dashboard.clock.now += 120_000;
  for (let n = 0; n < 20; n++) await dashboard.signIn();
  await expect(dashboard.openPage(lost)).rejects.toThrow();
  const asked = await ask('GET', '/api/session', lost);
  expect([asked.statusCode, asked.json().code]).toEqual([401, 'DASHBOARD_NOT_SIGNED_IN']);
});

test('where pages of all 20 sessions listen the 21st signing in is refused, and goes when one was ended', async () => {
  const cookies = [];
  while (cookies.length < 20) cookies.push(await dashboard.signIn());
  for (const cookie of cookies) await dashboard.openPage(cookie);
  await untilPageNoted(20);
  const signIn = () => dashboard.app.inject({ method: 'POST', url: '/api/session', body: staff });

  const refused = await signIn();
  expect([refused.statusCode, refused.json().code]).toEqual([409, 'DASHBOARD_SESSIONS_FULL']);
  expect(refused.cookies).toEqual([]);
  expect(await dashboard.refused('DASHBOARD_SESSIONS_FULL')).toBe(1);
  expect(new Set(await Promise.all(cookies.map(statusOf)))).toEqual(new Set([200]));

  // After a restart it is the same, before the pages are back.
  await dashboard.restart();
  expect((await signIn()).statusCode).toBe(409);
  expect(new Set(await Promise.all(cookies.map(statusOf)))).toEqual(new Set([200]));

  const [first = '', second = ''] = cookies;
  const [{ id }] = (await listOf(first)).filter(({ isThis }: { isThis: boolean }) => isThis);
  await ask('DELETE', `/api/sessions/${id}`, second);
  expect((await signIn()).statusCode).toBe(200);
});

test('an id of the list signs nobody in', async () => {
  const cookie = await dashboard.signIn();
  const [{ id }] = await listOf(cookie);
  expect(await statusOf(`shouwang-session=${id}`)).toBe(401);
});

test('sessions of the version before stay, of a browser that nobody knows', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sessions-'));
  const db = openSqlite(join(folder, 'registry.db'));
  const registryBefore = registryMigrations.findIndex((step) => String(step).includes('new_person'));
  migrate(db, 'registry', registryMigrations.slice(0, registryBefore));
  const before = dashboardMigrations.findIndex((step) => String(step).includes('COLUMN browser'));
  migrate(db, 'dashboard', dashboardMigrations.slice(0, before));
  db.exec(`
    INSERT INTO community (id, name_zh, name_en) VALUES ('c1', '一号', 'One');
    INSERT INTO person (id, community, name) VALUES ('p1', 'c1', '值班员');
    INSERT INTO account VALUES ('guard', 'p1', 'hash', 1);
    INSERT INTO session (id_hash, login, created_at, seen_at) VALUES ('h', 'guard', 1, 2);
  `);
  migrate(db, 'registry', registryMigrations);
  migrate(db, 'dashboard', dashboardMigrations);
  expect({ ...db.prepare('SELECT * FROM session').get() }).toMatchObject({
    id_hash: 'h',
    login: 'guard',
    browser: 'other',
    system: 'other',
  });
  db.close();
  rmSync(folder, { recursive: true });
});

test.each([
  [
    'Mozilla/5.0 (Linux; Android 14; HarmonyOS) Chrome/114 Mobile Safari/537.36 MicroMessenger/8',
    'wechat',
    'harmony',
  ],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18 Mobile/15E148 Safari/604.1',
    'safari',
    'iphone',
  ],
  ['Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/130.0 Safari/537.36 Edg/130.0', 'edge', 'windows'],
  ['Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0', 'firefox', 'linux'],
  ['curl/8.0', 'other', 'other'],
])('%s is %s on %s', (userAgent, browser, system) => {
  expect(readSessionDevice(userAgent)).toEqual({ browser, system });
});

test('a common password is refused, at making an account and at setting it anew', async () => {
  const db = dashboard.db as never;
  const account = { community: 'c1', person: 'c1-patrol', login: 'xunluo', password: 'Password2026!!' };
  const weak = { code: 'DASHBOARD_PASSWORD_WEAK' };
  await expect(createAccount(db, account)).rejects.toMatchObject(weak);
  await expect(setPassword(db, staff.login, 'administrator')).rejects.toMatchObject(weak);
});
