import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { connectPacket, connectRaw, publishPacket } from './testing/raw-mqtt.ts';
import { closed, nextMessage, openTestBroker, type TestBroker } from './testing/test-broker.ts';

const warning = 'w-0123456789abcdef01234567';
let home: TestBroker;

beforeEach(async () => {
  home = await openTestBroker();
});
afterEach(() => home.close());

const refusals = (reason: string) => home.metric(`broker_refusals_total{reason="${reason}"}`);

describe.each(['mqtt', 'ws'] as const)('over %s', (transport) => {
  test("a gateway's alarm reaches ingest, whole", async () => {
    const ingest = await home.connect('service.ingest', { transport });
    await ingest.subscribeAsync('sw/1/+/+/alarm', { qos: 1 });
    const gateway = await home.connect('c1.gw1', { transport });
    const received = nextMessage(ingest);
    const text = '守'.repeat(22_000);
    await gateway.publishAsync('sw/1/c1/gw1/alarm', text, { qos: 1 });
    expect(await received).toEqual({ topic: 'sw/1/c1/gw1/alarm', text, retain: false });
    expect(await home.metric('broker_publishes_total{topic="alarm"}')).toBe(1);
  });

  test("a publish to another gateway's topic closes the connection and reaches nobody", async () => {
    const ingest = await home.connect('service.ingest', { transport });
    await ingest.subscribeAsync('sw/1/+/+/alarm', { qos: 1 });
    const received: string[] = [];
    ingest.on('message', (topic) => received.push(topic));
    const intruder = await home.connect('c1.gw1', { transport });
    intruder.publish('sw/1/c1/gw2/alarm', 'x', { qos: 1 });
    await closed(intruder);
    const gateway = await home.connect('c1.gw2', { transport });
    await gateway.publishAsync('sw/1/c1/gw2/alarm', 'own', { qos: 1 });
    await vi.waitFor(() => expect(received).toEqual(['sw/1/c1/gw2/alarm']));
    expect(await refusals('publish-not-allowed')).toBe(1);
  });
});

test.each([
  '#',
  '+/#',
  '$SYS/#',
  'sw/1/+/+/alarm',
  'sw/1/c1/+/state',
  'sw/1/+/warning/+',
  '$share/g/sw/1/c1/gw1/ack',
])('a gateway is refused the subscription %s and stays connected', async (filter) => {
  const gateway = await home.connect('c1.gw1');
  await expect(gateway.subscribeAsync(filter, { qos: 1 })).rejects.toThrow();
  await gateway.subscribeAsync('sw/1/c1/gw1/ack', { qos: 1 });
  expect(await refusals('subscription-not-allowed')).toBe(1);
});

test.each([0, 1])('a retained birth of QoS %i followed at once by telemetry is not lost', async (qos) => {
  const ingest = await home.connect('service.ingest');
  await ingest.subscribeAsync(['sw/1/+/+/state', 'sw/1/+/+/telemetry'], { qos: 1 });
  const received: string[] = [];
  ingest.on('message', (_topic, payload) => received.push(payload.toString()));
  const gateway = await connectRaw(home.broker.tcpPort);
  const packets = Array.from({ length: 10 }, (_, i) => [
    publishPacket('sw/1/c1/gw1/state', `birth ${i}`, qos ? 2 * i + 1 : undefined, true),
    publishPacket('sw/1/c1/gw1/telemetry', `batch ${i}`, qos ? 2 * i + 2 : undefined),
  ]);
  // In one segment, behind CONNECT: all of it waits for the sign-in and is then read at once.
  gateway.socket.write(Buffer.concat([connectPacket('c1.gw1', home.secrets['c1.gw1']!), ...packets.flat()]));
  await vi.waitFor(() => expect(received).toHaveLength(20));
  expect(received.slice(0, 3)).toEqual(['birth 0', 'batch 0', 'birth 1']);
  gateway.socket.destroy();
});

test('an alarm published as retained is delivered and not retained', async () => {
  const ingest = await home.connect('service.ingest');
  await ingest.subscribeAsync('sw/1/+/+/alarm', { qos: 1 });
  const gateway = await home.connect('c1.gw1');
  const received = nextMessage(ingest);
  await gateway.publishAsync('sw/1/c1/gw1/alarm', 'x', { qos: 1, retain: true });
  expect((await received).text).toBe('x');
  expect(await refusals('retain-not-allowed')).toBe(1);
  expect(home.broker.health().detail.retained).toMatchObject({ count: 0 });
});

test('a will on the own state topic is published when the connection breaks', async () => {
  const dispatch = await home.connect('service.dispatch');
  await dispatch.subscribeAsync('sw/1/+/+/state', { qos: 1 });
  const will = { topic: 'sw/1/c1/gw1/state', payload: Buffer.from('death'), qos: 1, retain: true } as const;
  const gateway = await home.connect('c1.gw1', { will });
  const received = nextMessage(dispatch);
  gateway.stream.destroy();
  expect((await received).text).toBe('death');
});

test('an orderly stop of the broker publishes no will and leaves births retained', async () => {
  const will = { topic: 'sw/1/c1/gw1/state', payload: Buffer.from('death'), qos: 1, retain: true } as const;
  const gateway = await home.connect('c1.gw1', { will });
  await gateway.publishAsync('sw/1/c1/gw1/state', 'birth', { qos: 1, retain: true });
  await home.reopen();
  const dispatch = await home.connect('service.dispatch');
  const received = nextMessage(dispatch);
  await dispatch.subscribeAsync('sw/1/+/+/state', { qos: 1 });
  expect(await received).toEqual({ topic: 'sw/1/c1/gw1/state', text: 'birth', retain: true });
});

test('a retained warning reaches the gateways of its community alone, until it is cleared', async () => {
  const engine = await home.connect('service.warning');
  await engine.publishAsync(`sw/1/c1/warning/${warning}`, 'active', { qos: 1, retain: true });
  await engine.publishAsync(`sw/1/c2/warning/${warning}`, 'other', { qos: 1, retain: true });
  const gateway = await home.connect('c1.gw2');
  const received = nextMessage(gateway);
  await gateway.subscribeAsync('sw/1/c1/warning/+', { qos: 1 });
  expect((await received).text).toBe('active');
  await engine.publishAsync(`sw/1/c1/warning/${warning}`, '', { qos: 1, retain: true });
  expect(home.broker.health().detail.retained).toMatchObject({ count: 1 });
});

test('a client whose credential, gateway or secret is gone is disconnected, and nobody else', async () => {
  const [one, two, three, ingest] = await Promise.all(
    ['c1.gw1', 'c1.gw2', 'c2.gw1', 'service.ingest'].map((username) => home.connect(username)),
  );
  await home.tables.updateTable('gateway').set({ enabled: 0 }).where('id', '=', 'gw2').execute();
  await closed(two!);
  await home.tables.updateTable('credential').set({ enabled: 0 }).where('username', '=', 'c1.gw1').execute();
  await closed(one!);
  await home.tables
    .updateTable('credential')
    .set({ secret_hash: 'sha256:other' })
    .where('username', '=', 'c2.gw1')
    .execute();
  await closed(three!);
  expect(ingest?.connected).toBe(true);
  await expect(home.connect('c1.gw2')).rejects.toMatchObject({ code: 5 });
  expect(await refusals('revoked')).toBe(3);
});

test('a client id of another identity closes nobody', async () => {
  const first = await home.connect('c1.gw1', { clientId: 'same' });
  const other = await home.connect('c1.gw2', { clientId: 'same' });
  await first.publishAsync('sw/1/c1/gw1/telemetry', 'x', { qos: 1 });
  await home.connect('c1.gw1', { clientId: 'same' });
  await closed(first);
  expect(other.connected).toBe(true);
});
