import { afterEach, expect, test, vi } from 'vitest';
import {
  connectPacket,
  connectRaw,
  packet,
  publishPacket,
  type RawClient,
  subscribePacket,
} from './testing/raw-mqtt.ts';
import { closed, openTestBroker, type TestBroker } from './testing/test-broker.ts';

let home: TestBroker;
afterEach(() => home.close());

const refusals = (reason: string) => home.metric(`broker_refusals_total{reason="${reason}"}`);
const pingResponse = Buffer.from([0xd0, 0x00]);

async function signInRaw(username: string): Promise<RawClient> {
  const client = await connectRaw(home.broker.tcpPort);
  client.socket.write(connectPacket(username, home.secrets[username]!));
  await vi.waitFor(() => expect(client.received().subarray(0, 4)).toEqual(Buffer.from([0x20, 2, 0, 0])));
  return client;
}

test('a payload at the limit passes and one byte more closes the connection', async () => {
  home = await openTestBroker({ maxPayloadBytes: 1024 });
  const gateway = await home.connect('c1.gw1');
  await gateway.publishAsync('sw/1/c1/gw1/alarm', 'x'.repeat(1024), { qos: 1 });
  gateway.publish('sw/1/c1/gw1/alarm', 'x'.repeat(1025), { qos: 1 });
  await closed(gateway);
  expect(await refusals('payload-too-large')).toBe(1);
});

test.each(['mqtt', 'ws'] as const)(
  'far too large a payload over %s closes its sender alone',
  async (transport) => {
    home = await openTestBroker();
    const neighbour = await home.connect('c1.gw2', { transport });
    const gateway = await home.connect('c1.gw1', { transport });
    gateway.publish('sw/1/c1/gw1/alarm', 'x'.repeat(2_000_000), { qos: 1 });
    await closed(gateway);
    await neighbour.publishAsync('sw/1/c1/gw2/alarm', 'x', { qos: 1 });
    expect(await home.metric('broker_publishes_total{topic="alarm"}')).toBe(1);
  },
);

test('a packet that announces 256 MiB is refused before its body is read', async () => {
  home = await openTestBroker();
  const client = await signInRaw('c1.gw1');
  const before = await home.metric('broker_received_bytes_total');
  client.socket.write(Buffer.from([0x32, 0xff, 0xff, 0xff, 0x7f]));
  await client.closed;
  expect(await refusals('packet-too-large')).toBe(1);
  expect(await home.metric('broker_received_bytes_total')).toBe(before);
});

test('a long CONNECT or SUBSCRIBE is refused by the limit of control packets', async () => {
  home = await openTestBroker({ maxControlPacketBytes: 1024 });
  const pending = await connectRaw(home.broker.tcpPort);
  pending.socket.write(packet(0x10, Buffer.alloc(1025)));
  await pending.closed;
  const client = await signInRaw('c1.gw1');
  client.socket.write(packet(0x82, Buffer.alloc(1025)));
  await client.closed;
  expect(await refusals('packet-too-large')).toBe(2);
});

test('QoS 2 is refused', async () => {
  home = await openTestBroker();
  const gateway = await home.connect('c1.gw1');
  gateway.publish('sw/1/c1/gw1/alarm', 'x', { qos: 2 });
  await closed(gateway);
  expect(await refusals('qos-2')).toBe(1);
});

test('a subscription too many is answered with a refusal', async () => {
  home = await openTestBroker({ maxSubscriptions: 2 });
  const gateway = await home.connect('c1.gw1');
  await gateway.subscribeAsync(['sw/1/c1/gw1/ack', 'sw/1/c1/gw1/command'], { qos: 1 });
  await gateway.subscribeAsync('sw/1/c1/gw1/ack', { qos: 1 });
  await expect(gateway.subscribeAsync('sw/1/c1/gw1/state')).rejects.toThrow();
  await gateway.unsubscribeAsync('sw/1/c1/gw1/command');
  await gateway.subscribeAsync('sw/1/c1/gw1/state');
  expect(await refusals('too-many-subscriptions')).toBe(1);
});

test('over its rate a gateway is read slower, and every alarm arrives', async () => {
  home = await openTestBroker({ gatewayMessagesPerS: 100 });
  const ingest = await home.connect('service.ingest');
  await ingest.subscribeAsync('sw/1/+/+/alarm', { qos: 1 });
  const received: string[] = [];
  ingest.on('message', (_topic, payload) => received.push(payload.toString()));
  const gateway = await home.connect('c1.gw1');
  const sent = Array.from({ length: 300 }, (_, i) => `alarm ${i}`);
  await Promise.all(sent.map((text) => gateway.publishAsync('sw/1/c1/gw1/alarm', text, { qos: 1 })));
  await vi.waitFor(() => expect(received).toEqual(sent));
  expect(await home.metric('broker_throttled_total')).toBeGreaterThan(0);
});

test('far over its rate a gateway is closed', async () => {
  home = await openTestBroker({ gatewayMessagesPerS: 10, maxThrottleMs: 1000 });
  const client = await signInRaw('c1.gw1');
  client.socket.write(Buffer.concat(Array.from({ length: 1000 }, () => packet(0xc0))));
  await client.closed;
  expect(await refusals('rate')).toBe(1);
});

test.each([
  ['packets', { gatewayMessagesPerS: 1 }],
  ['alarms', { alarmMessagesPerS: 1 }],
])('reconnecting gains no new burst of %s', async (_what, rates) => {
  home = await openTestBroker({ ...rates, maxThrottleMs: 10_000 });
  const alarms = (count: number) =>
    Buffer.concat(Array.from({ length: count }, () => publishPacket('sw/1/c1/gw1/alarm', 'x')));
  const taken = () => home.metric('broker_publishes_total{topic="alarm"}');
  const first = await signInRaw('c1.gw1');
  first.socket.write(alarms(8));
  await vi.waitFor(async () => expect(await taken()).toBe(8));
  first.socket.destroy();
  await vi.waitFor(() => expect(home.broker.health().detail.connections).toMatchObject({ gateways: 0 }));
  // Alone it would owe 8 s of the 10 s that a connection may.
  const second = await signInRaw('c1.gw1');
  second.socket.write(alarms(10));
  await second.closed;
  expect(await refusals('rate')).toBe(1);
});

test('a subscriber that takes nothing is closed, and its neighbours and the publisher do not wait for it', async () => {
  home = await openTestBroker({ maxSendBufferBytes: 1_048_576 });
  const frozen = await signInRaw('service.warning');
  frozen.socket.write(subscribePacket('sw/1/+/warning/+', 1));
  await vi.waitFor(() => expect(frozen.received().length).toBeGreaterThan(4));
  frozen.socket.pause();
  const neighbour = await home.connect('service.warning');
  await neighbour.subscribeAsync('sw/1/+/warning/+', { qos: 1 });
  let received = 0;
  neighbour.on('message', () => received++);
  const engine = await home.connect('service.warning');
  const text = 'x'.repeat(100_000);
  let sent = 0;
  // Kernel buffers differ: as much as it takes until the frozen one's own are full.
  while ((await refusals('slow-client')) === 0 && sent < 2000) {
    await engine.publishAsync('sw/1/c1/warning/w-0123456789abcdef01234567', text, { qos: 1 });
    sent++;
  }
  expect(await refusals('slow-client')).toBe(1);
  await vi.waitFor(() => expect(received).toBe(sent));
  frozen.socket.destroy();
});

test('a subscriber with little waiting that takes none of it in time is closed', async () => {
  home = await openTestBroker({ drainTimeoutMs: 1000, maxSendBufferBytes: 268_435_456 });
  const frozen = await signInRaw('service.warning');
  frozen.socket.write(subscribePacket('sw/1/+/warning/+', 1));
  await vi.waitFor(() => expect(frozen.received().length).toBeGreaterThan(4));
  frozen.socket.pause();
  const engine = await home.connect('service.warning');
  const text = 'x'.repeat(250_000);
  for (let i = 0; i < 120; i++) {
    await engine.publishAsync('sw/1/c1/warning/w-0123456789abcdef01234567', text, { qos: 1 });
  }
  await vi.waitFor(async () => expect(await refusals('slow-client')).toBe(1), { timeout: 8000 });
  frozen.socket.destroy();
});

test("a gateway's state too long is delivered and not retained, and takes no other's place", async () => {
  home = await openTestBroker({ maxRetainedBytesPerGateway: 1024, maxRetained: 1, maxRetainedBytes: 65_536 });
  const greedy = await home.connect('c1.gw1');
  await greedy.publishAsync('sw/1/c1/gw1/state', 'birth', { qos: 1, retain: true });
  const ingest = await home.connect('service.ingest');
  const received: string[] = [];
  ingest.on('message', (_topic, payload) => received.push(payload.toString().slice(0, 5)));
  await ingest.subscribeAsync('sw/1/+/+/state', { qos: 1 });
  await greedy.publishAsync('sw/1/c1/gw1/state', 'x'.repeat(1025), { qos: 1, retain: true });
  const other = await home.connect('c1.gw2');
  await other.publishAsync('sw/1/c1/gw2/state', 'other', { qos: 1, retain: true });
  await vi.waitFor(() => expect(received).toEqual(['birth', 'xxxxx', 'other']));
  // The birth before it is overtaken: who comes later is told nothing rather than that.
  expect(home.broker.health().detail.retained).toMatchObject({ count: 1, bytes: 5 });
  expect(await refusals('retained-share')).toBe(1);
});

test('with the room for warnings taken, one more is delivered and not kept, and a state is kept', async () => {
  home = await openTestBroker({ maxRetained: 1 });
  const engine = await home.connect('service.warning');
  const gateway = await home.connect('c1.gw1');
  for (const digit of ['a', 'b']) {
    await engine.publishAsync(`sw/1/c1/warning/w-${digit.repeat(24)}`, 'x', { qos: 1, retain: true });
  }
  await gateway.publishAsync('sw/1/c1/gw1/state', 'birth', { qos: 1, retain: true });
  await vi.waitFor(() => expect(home.broker.health().detail.retained).toMatchObject({ count: 2 }));
  expect(await refusals('retained-full')).toBe(1);
});

test('pipelined packets are all answered, whatever their number', async () => {
  home = await openTestBroker();
  const client = await connectRaw(home.broker.tcpPort);
  const pings = Array.from({ length: 200 }, () => packet(0xc0));
  client.socket.write(Buffer.concat([connectPacket('c1.gw1', home.secrets['c1.gw1']!), ...pings]));
  await vi.waitFor(() => expect(client.received().length).toBe(4 + 200 * pingResponse.length));
  client.socket.destroy();
});

test('what a client sent before it hung up is still delivered', async () => {
  home = await openTestBroker();
  const ingest = await home.connect('service.ingest');
  await ingest.subscribeAsync('sw/1/+/+/alarm', { qos: 1 });
  const received: string[] = [];
  ingest.on('message', (_topic, payload) => received.push(payload.toString()));
  const client = await connectRaw(home.broker.tcpPort);
  const alarms = Array.from({ length: 100 }, (_, i) => publishPacket('sw/1/c1/gw1/alarm', `${i}`));
  client.socket.end(Buffer.concat([connectPacket('c1.gw1', home.secrets['c1.gw1']!), ...alarms]));
  await vi.waitFor(() => expect(received).toHaveLength(100));
});
