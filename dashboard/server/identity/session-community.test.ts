import type { Kysely } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { endPerson } from '#registry/end-person.ts';
import type { RegistryTables } from '#registry/tables.ts';
import { manager, staff } from '../../testing/test-community.ts';
import { startTestDashboard, type TestDashboard } from '../../testing/test-dashboard.ts';
import { linkAccount } from './accounts.ts';

let dashboard: TestDashboard;
const registryOf = () => dashboard.db as unknown as Kysely<RegistryTables>;
beforeEach(async () => {
  dashboard = await startTestDashboard();
  await linkAccount(registryOf(), { login: staff.login, community: 'c2', person: 'c2-guard' });
});
afterEach(() => dashboard.close());

const choose = (cookie: string, community: string) =>
  dashboard.app.inject({
    method: 'PUT',
    url: '/api/session/community',
    headers: { cookie },
    payload: { community },
  });
const read = async (cookie: string, url = '/api/session') =>
  (await dashboard.app.inject({ method: 'GET', url, headers: { cookie } })).json();
const auditOf = (action: string) =>
  dashboard.db
    .selectFrom('audit')
    .select(['community', 'person', 'object', 'outcome'])
    .where('action', '=', action)
    .execute();

test('an account of two communities is somebody in the second too: it chooses, and the next signing in begins there', async () => {
  const cookie = await dashboard.signIn();
  expect(await read(cookie)).toMatchObject({
    person: { id: 'c1-guard' },
    community: { id: 'c1' },
    communities: [{ id: 'c1', nameZh: '一号小区', nameEn: 'Community One' }, { id: 'c2' }],
  });
  expect(JSON.stringify(await read(cookie))).not.toContain('isLast');
  const answer = await choose(cookie, 'c2');
  expect(answer.statusCode).toBe(200);
  expect(answer.json()).toMatchObject({
    person: { id: 'c2-guard' },
    communities: [{ id: 'c2', isLast: true }, { id: 'c1' }],
  });
  expect(answer.json()).toEqual(await read(cookie));
  const { devices } = await read(cookie, '/api/devices');
  expect(devices.map(({ id }: { id: string }) => id)).toContain('c2-watch');
  expect(devices.map(({ id }: { id: string }) => id)).not.toContain('c1-watch');

  const next = await dashboard.signIn();
  expect(await read(next)).toMatchObject({ community: { id: 'c2' } });
  expect(await auditOf('session.community')).toEqual([
    { community: 'c2', person: 'c2-guard', object: 'c2', outcome: 'done' },
  ]);
});

test('a page that stayed open after the change of community hears nothing more of the one before', async () => {
  const cookie = await dashboard.signIn();
  const [before, elsewhere] = [
    await dashboard.openPage(cookie),
    await dashboard.openPage(await dashboard.signIn()),
  ];
  const told = new Promise<void>((resolve) => before.socket.once('signed-out', resolve));
  const left = new Promise<void>((resolve) => before.socket.once('disconnect', () => resolve()));
  await choose(cookie, 'c2');
  await told;
  await left;
  // Asking anew, it is in the rooms of the other; a session that did not choose stays where it is.
  const after = await dashboard.openPage(cookie);
  dashboard.liveState.devices.push(
    ...['c1', 'c2'].map((community) => ({
      ...{
        community,
        device: `${community}-watch`,
        gateway: 'gw1',
        state: 'live' as const,
        heardAt: 1,
        revision: 1,
      },
      ...{ latest: {}, since: 1 },
    })),
  );
  const devicesOf = async (page: typeof after) =>
    (await page.resync(0)).snapshot?.devices.map((d) => d.device);
  expect(await devicesOf(after)).toEqual(['c2-watch']);
  expect(await devicesOf(elsewhere)).toEqual(['c1-watch']);
});

test('a page that still shows the community before is refused, so that it never sets the alarms of one under the name of the other', async () => {
  const cookie = await dashboard.signIn();
  expect((await (await dashboard.openPage(cookie, 'c1')).resync(0)).snapshot).toBeDefined();
  await choose(cookie, 'c2');
  await expect(dashboard.openPage(cookie, 'c1')).rejects.toThrow('DASHBOARD_NOT_SIGNED_IN');
  expect((await (await dashboard.openPage(cookie, 'c2')).resync(0)).snapshot).toBeDefined();
});

test('choosing where one already is lets go of no page', async () => {
  const cookie = await dashboard.signIn();
  const page = await dashboard.openPage(cookie);
  expect((await choose(cookie, 'c1')).statusCode).toBe(200);
  expect((await page.resync(0)).snapshot).toBeDefined();
});

test.each(['c2', 'nowhere'])('a community that is not theirs is not there: %s', async (community) => {
  const cookie = await dashboard.signIn(manager);
  expect(await read(cookie)).not.toHaveProperty('communities');
  expect((await choose(cookie, community)).statusCode).toBe(404);
  expect(await read(cookie)).toMatchObject({ community: { id: 'c1' } });
  expect(await auditOf('session.community')).toEqual([
    { community: 'c1', person: 'c1-manager', object: community, outcome: 'DASHBOARD_NOT_FOUND' },
  ]);
});

test('where they are nobody any more they are not led, though they were there last', async () => {
  const cookie = await dashboard.signIn();
  await choose(cookie, 'c2');
  await endPerson(registryOf(), { community: 'c2', person: 'c2-guard' });
  await dashboard.refreshRegistry();
  const next = await dashboard.signIn();
  const view = await read(next);
  expect(view).toMatchObject({ community: { id: 'c1' } });
  expect(view).not.toHaveProperty('communities');
  expect((await choose(next, 'c2')).statusCode).toBe(404);
});
