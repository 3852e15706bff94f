import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ElderView } from '#contracts/elder.ts';
import { otherRelative, relative } from '../../testing/test-community.ts';
import { startTestDashboard, type TestDashboard } from '../../testing/test-dashboard.ts';
import { incidentId, incidentOf } from '../../testing/test-dispatch.ts';

let dashboard: TestDashboard;
beforeEach(async () => {
  dashboard = await startTestDashboard();
});
afterEach(() => dashboard.close());

async function ask(method: 'GET' | 'POST', url: string, body?: object, account = relative) {
  const cookie = await dashboard.signIn(account);
  return dashboard.app.inject({ method, url, headers: { cookie }, ...(body && { body }) });
}
const look = async (id = 'c1-r1', account = relative): Promise<ElderView> =>
  (await ask('GET', `/api/elders/${id}`, undefined, account)).json();
const request = 'request-0001';
const minute = 60_000;

function hear(device: string, latest: Record<string, number>): void {
  const { now } = dashboard.clock;
  const values = Object.entries(latest).map(([key, value]) => [key, { capturedAt: now, value }]);
  dashboard.liveState.devices.push({
    device,
    community: 'c1',
    gateway: 'gw1',
    state: 'live',
    heardAt: now,
    revision: 1,
    latest: Object.fromEntries(values),
  });
}

function store(device: string, quantity: string, values: [minutesAgo: number, value: number][]): void {
  const buckets = values.map(([ago, value]) => ({
    at: dashboard.clock.now - ago * minute,
    minimum: value,
    maximum: value,
    mean: value,
    count: 1,
  }));
  dashboard.buckets.set(`${device} ${quantity}`, buckets);
}

test('an elder is shown as the relative calls them, with what the elder shares and no more', async () => {
  hear('c1-watch', { battery: 63, worn: 1, 'heart-rate': 72 });
  store('c1-watch', 'steps', [
    [60, 100],
    [30, 400],
  ]);
  store('c1-watch', 'heart-rate', [[30, 72]]);
  expect(await look()).toMatchObject({
    id: 'c1-r1',
    name: '妈妈',
    place: '3栋2单元501',
    classes: ['alarms', 'activity'],
    today: { steps: 300, comparison: 'unknown' },
    watch: { state: 'live', batteryPercent: 63 },
    incidents: [],
  });
  expect((await look()).today).not.toHaveProperty('heartRate');
  hear('c1-watch-2', {});
  store('c1-watch-2', 'heart-rate', [
    [60, 62],
    [30, 88],
  ]);
  expect(await look('c1-r2', otherRelative)).toMatchObject({
    name: '3栋2单元502',
    today: { heartRate: { minimum: 62, maximum: 88 } },
  });
});

test('a watch that another elder wore before shows nothing of them', async () => {
  hear('c1-watch', { battery: 63, worn: 0 });
  store('c1-watch', 'steps', [
    [120, 0],
    [110, 900],
    [50, 1000],
    [40, 1030],
  ]);
  dashboard.clock.now += minute;
  const since = dashboard.clock.now - 60 * minute;
  await dashboard.db
    .updateTable('device')
    .set({ resident_since: since })
    .where('id', '=', 'c1-watch')
    .execute();
  await dashboard.refreshRegistry();
  expect(await look()).toMatchObject({ today: { steps: 30 } });
  await dashboard.db
    .updateTable('device')
    .set({ resident_since: dashboard.clock.now })
    .where('id', '=', 'c1-watch')
    .execute();
  await dashboard.refreshRegistry();
  const view = await look();
  expect(view.today).not.toHaveProperty('steps');
  expect(view.watch).not.toHaveProperty('notWornSince');
});

test('a watch taken off says since when; one never heard says so', async () => {
  expect((await look()).watch).toEqual({ state: 'unheard' });
  hear('c1-watch', { worn: 0 });
  store('c1-watch', 'worn', [
    [600, 1],
    [45, 0],
    [5, 0],
  ]);
  expect((await look()).watch).toMatchObject({ notWornSince: dashboard.clock.now - 45 * minute });
});

test('an incident is told from seen to its closing, without names or what staff wrote', async () => {
  dashboard.incidents.change(incidentOf(1), 'opened');
  for (const type of [
    'alarm',
    'notified',
    'acknowledged',
    'note',
    'assigned',
    'en-route',
    'on-scene',
  ] as const) {
    dashboard.incidents.change({ id: incidentId(1) }, type);
  }
  const closed = { state: 'resolved', outcome: 'false', resolvedAt: dashboard.clock.now } as const;
  dashboard.incidents.change({ id: incidentId(1), ...closed }, 'resolved');
  const [incident] = (await look()).incidents;
  expect(incident?.steps.map(({ words }) => words.zh)).toEqual([
    '收到报警：SOS 求救',
    '值班员已看到',
    '已安排人员前往',
    '有人正在赶去',
    '人已到现场',
    '确认为误报，已结束',
  ]);
});

test('after it closed the relative is told who looked at the notes and the place', async () => {
  dashboard.incidents.change(incidentOf(1), 'opened');
  const cookie = await dashboard.signIn();
  const url = `/api/incidents/${incidentId(1)}`;
  await dashboard.app.inject({ method: 'GET', url, headers: { cookie } });
  expect((await look()).incidents[0]?.accesses).toEqual([]);
  dashboard.incidents.change({ id: incidentId(1), state: 'resolved' }, 'resolved');
  expect((await look()).incidents[0]?.accesses).toEqual([{ at: dashboard.clock.now, name: '值班员' }]);
});

test('consent withdrawn ends what is shown, and a right without consent shows nobody', async () => {
  const cookie = await dashboard.signIn(relative);
  await dashboard.db
    .updateTable('consent')
    .set({ classes: 'activity' })
    .where('person', '=', 'c1-relative')
    .execute();
  await dashboard.refreshRegistry();
  dashboard.incidents.change(incidentOf(1), 'opened');
  const shown = await dashboard.app.inject({ method: 'GET', url: '/api/elders/c1-r1', headers: { cookie } });
  expect(shown.json()).toMatchObject({ classes: ['activity'], incidents: [] });
  await dashboard.db.deleteFrom('consent').where('person', '=', 'c1-relative').execute();
  await dashboard.refreshRegistry();
  const gone = await dashboard.app.inject({ method: 'GET', url: '/api/elders/c1-r1', headers: { cookie } });
  expect(gone.statusCode).toBe(401);
});

test('a call is told to dispatch for an open incident of the elder’s dwelling alone', async () => {
  dashboard.incidents.change(incidentOf(1), 'opened');
  dashboard.incidents.change(incidentOf(2, { place: { dwelling: 'c1-502', label: '502' } }), 'opened');
  dashboard.incidents.change(incidentOf(3, { state: 'resolved' }), 'resolved');
  const call = async (n: number) =>
    (await ask('POST', '/api/elders/c1-r1/called', { request, incident: incidentId(n) })).statusCode;
  expect([await call(1), await call(2), await call(3), await call(4)]).toEqual([200, 404, 404, 404]);
  expect(dashboard.dispatch.asked).toMatchObject([
    { path: `/incidents/${incidentId(1)}/called`, body: { request, actor: 'c1-relative' } },
  ]);
});

test('a visit is asked of dispatch, and of an elder one follows alone', async () => {
  expect((await ask('POST', '/api/elders/c1-r1/visit', { request })).statusCode).toBe(200);
  expect((await ask('POST', '/api/elders/c1-r2/visit', { request })).statusCode).toBe(404);
  expect(dashboard.dispatch.asked).toMatchObject([
    { path: '/visits', body: { request, actor: 'c1-relative', community: 'c1', resident: 'c1-r1' } },
  ]);
  const lines = await dashboard.db
    .selectFrom('audit')
    .select('outcome')
    .where('action', '=', 'elder.visit')
    .execute();
  expect(lines.map(({ outcome }) => outcome)).toEqual(['begun', 'done', 'DASHBOARD_NOT_FOUND']);
});

test('every look stands in the audit log', async () => {
  await look();
  await look('c1-r2');
  const lines = await dashboard.db
    .selectFrom('audit')
    .selectAll()
    .where('action', '=', 'elder.look')
    .execute();
  expect(lines.map(({ person, object, outcome }) => [person, object, outcome])).toEqual([
    ['c1-relative', 'c1-r1', 'done'],
    ['c1-relative', 'c1-r2', 'DASHBOARD_NOT_FOUND'],
  ]);
});
