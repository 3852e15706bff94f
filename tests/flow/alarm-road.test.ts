import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ActionDone } from '#contracts/dispatch-api.ts';
import type { Incident } from '#contracts/incident.ts';
import type { IncidentDetail } from '#contracts/rest.ts';
import { buildTopic } from '#contracts/topics.ts';
import { demoCommunity, demoGateway, watchId } from '#simulators/community.ts';
import { connectWatch } from '#simulators/devices/watch.ts';
import type { PageClient } from '#simulators/page-client.ts';
import { deviceScenarios } from '#simulators/scenarios/device-scenarios.ts';
import { type PlatformUnderTest, startPlatformUnderTest } from '#tests/platform-under-test.ts';

const run = promisify(execFile);
let underTest: PlatformUnderTest;
let page: PageClient;

beforeAll(async () => {
  underTest = await startPlatformUnderTest();
  page = await underTest.openPage();
});
afterAll(async () => {
  page.close();
  await underTest.stop();
});

const soon = () => AbortSignal.timeout(20_000);
const request = () => crypto.randomUUID();
const detailOf = ({ id }: Incident) => page.rest<IncidentDetail>('GET', `/api/incidents/${id}`);
const atWatch = (index: number) => (incident: Incident) =>
  incident.place.dwelling === dwellings.get(`watch-${index + 1}`);
const dwellings = new Map<string, string | undefined>();

const watchOf = (index: number) =>
  connectWatch({
    id: watchId(index),
    host: '127.0.0.1',
    port: underTest.ports.watch3gPort,
    now: Date.now,
    reconnectMs: 100,
    resendMs: 1000,
  });

beforeAll(async () => {
  const { devices } = await page.rest<{ devices: { id: string; dwelling?: string }[] }>(
    'GET',
    '/api/devices',
  );
  for (const { id, dwelling } of devices) dwellings.set(id, dwelling);
});

test.each(Object.entries(deviceScenarios))(
  '%s: device bytes become one incident with one alarm',
  async (_name, { send, fits }) => {
    const answered = Promise.withResolvers<void>();
    const device = send(underTest.platform.devices, answered.resolve);
    const incident = await page.waitForIncident(fits, soon());
    await answered.promise;
    await device.close();
    const { timeline } = await detailOf(incident);
    expect(timeline.filter(({ type }) => type === 'alarm')).toHaveLength(1);
    expect(incident).toMatchObject({
      state: 'new',
      late: false,
      drill: false,
      source: 'warning',
      attention: 1,
    });
  },
);

test('an SOS whose answer never reached the watch is sent again and stands once', async () => {
  const [date = '', time = ''] = new Date().toISOString().split('T');
  const [year = '', month, day] = date.split('-');
  const content = `AL,${day}${month}${year.slice(2)},${time.slice(0, 8).replaceAll(':', '')},V,0.0,N,0.0,E,0,0,0,0,100,80,0,0,00010000,0,0,0`;
  const frame = `[3G*${watchId(20)}*${content.length.toString(16).padStart(4, '0')}*${content}]`;
  const dying = connect(underTest.ports.watch3gPort, '127.0.0.1');
  await once(dying, 'connect');
  dying.write(frame, () => dying.destroy());
  const incident = await page.waitForIncident(atWatch(20), soon());

  const again = connect(underTest.ports.watch3gPort, '127.0.0.1');
  again.write(frame);
  const [answer] = await once(again, 'data');
  expect(String(answer)).toBe(`[3G*${watchId(20)}*0002*AL]`);
  again.destroy();

  // A later alarm of another kind proves that the repeat would have come through by now.
  const watch = watchOf(20);
  await watch.reportFall();
  await page.waitForIncident((seen) => seen.id === incident.id && seen.alarmCount === 2, soon());
  await watch.close();
  const { timeline } = await detailOf(incident);
  expect(timeline.filter(({ type }) => type === 'alarm').map(({ kind }) => kind)).toEqual(['sos', 'fall']);
});

test('an SOS into an accepted incident of the same dwelling sounds again', async () => {
  const watch = watchOf(22);
  const pressedAt = Date.now();
  await watch.raise(0x0001_0000, pressedAt - 120_000);
  const incident = await page.waitForIncident(atWatch(22), soon());
  const { assignment } = await page.rest<ActionDone>('POST', `/api/incidents/${incident.id}/assignments`, {
    person: 'station-1',
    request: request(),
  });
  await page.rest('POST', `/api/incidents/${incident.id}/assignments/${assignment}`, {
    to: 'accepted',
    request: request(),
  });
  await page.waitForIncident(({ id, state }) => id === incident.id && state === 'acknowledged', soon());

  await watch.raise(0x0001_0000, pressedAt);
  const sounding = await page.waitForIncident(
    ({ id, attention }) => id === incident.id && attention === 2,
    soon(),
  );
  expect(sounding).toMatchObject({ state: 'new', alarmCount: 2 });
  await watch.close();
});

test('an unregistered watch that presses SOS is shown as an unreadable alarm to verify', async () => {
  const watch = connectWatch({
    id: '1111111111',
    host: '127.0.0.1',
    port: underTest.ports.watch3gPort,
    now: Date.now,
  });
  await watch.pressSos();
  const incident = await page.waitForIncident(({ kind }) => kind === 'unreadable-alarm', soon());
  expect(incident).toMatchObject({ level: 'red', lifeSafety: true });
  expect(JSON.stringify((await detailOf(incident)).timeline)).toContain('1111111111');
  await watch.close();
});

test('a watch whose clock stands in 2099 is heard now, with its clock shown', async () => {
  const watch = watchOf(24);
  const wrong = Date.UTC(2099, 0, 1);
  await watch.raise(0x0001_0000, wrong);
  const incident = await page.waitForIncident(atWatch(24), soon());
  expect(Math.abs(incident.openedAt - Date.now())).toBeLessThan(600_000);
  const { timeline } = await detailOf(incident);
  expect(timeline.find(({ type }) => type === 'alarm')).toMatchObject({ observedAt: wrong });
  await watch.close();
});

test('garbage on every port disturbs no neighbour', async () => {
  const garbage = Buffer.alloc(20_000, '[3G*@@\u0000\uffff##]');
  for (const port of [underTest.ports.watch3gPort, underTest.ports.gb26875Port, underTest.ports.tcpPort]) {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    socket.end(garbage);
    await once(socket, 'close');
  }
  const watch = watchOf(26);
  await watch.pressSos();
  await page.waitForIncident(atWatch(26), soon());
  await watch.close();
});

test('a foreign MQTT client may speak for its own gateway alone', async () => {
  const username = `${demoCommunity}.${demoGateway}`;
  const publish = (topic: string, credentials: string[]) =>
    run('mosquitto_pub', [
      ...['-h', '127.0.0.1', '-p', String(underTest.ports.tcpPort), '-q', '1'],
      ...['-t', topic, '-m', '{"not":"a record"}', ...credentials],
    ]);
  const own = ['-u', username, '-P', underTest.secrets.gateways[username] ?? ''];
  const topic = (gateway: string) => buildTopic({ name: 'telemetry', community: demoCommunity, gateway });
  await expect(publish(topic(demoGateway), own)).resolves.toBeDefined();
  await expect(publish(topic('gw-2'), own)).rejects.toThrow();
  await expect(publish(topic(demoGateway), [])).rejects.toThrow('not authori');
});

test('an incident opened at the desk needs a kind and a place, and is resolved with an outcome', async () => {
  const { incident } = await page.rest<ActionDone>('POST', '/api/incidents', {
    kind: 'medical',
    place: { label: '东门' },
    callBack: '051288886666',
    request: request(),
  });
  const opened = await page.waitForIncident(({ id }) => id === incident, soon());
  expect(opened).toMatchObject({ source: 'desk', kind: 'medical', place: { label: '东门' }, state: 'new' });
  await page.rest('POST', `/api/incidents/${incident}/acknowledge`, { attention: 1, request: request() });
  await page.rest('POST', `/api/incidents/${incident}/resolve`, { outcome: 'real', request: request() });
  await page.waitForIncident(
    ({ id, state, outcome }) => id === incident && state === 'resolved' && outcome === 'real',
    soon(),
  );
});
