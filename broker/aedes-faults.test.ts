import { afterEach, expect, test, vi } from 'vitest';
import {
  connectPacket,
  connectRaw,
  field,
  packet,
  type RawClient,
  subscribePacket,
} from './testing/raw-mqtt.ts';
import { nextMessage, openTestBroker, type TestBroker } from './testing/test-broker.ts';

let home: TestBroker;
afterEach(() => home.close());

const ack = 'sw/1/c1/gw1/ack';
const warning = 'sw/1/c1/warning/w-0123456789abcdef01234567';
const bridgeLevel = 0x84;

async function signInRaw(username: string, level?: number): Promise<RawClient> {
  const client = await connectRaw(home.broker.tcpPort);
  const connect = connectPacket(username, home.secrets[username]!);
  if (level !== undefined) connect[8] = level;
  client.socket.write(connect);
  await received(client, '20020000');
  return client;
}

const hexOf = (client: RawClient) => client.received().toString('hex');

async function received(client: RawClient, hex: string): Promise<void> {
  await vi.waitFor(() => expect(hexOf(client)).toContain(hex), { timeout: 5000 });
}

/** A PUBLISH of QoS 1 as it is received, in hex, whatever its packet identifier. */
function publishHex(firstByte: number, topic: string, text: string): RegExp {
  const length = 2 + topic.length + 2 + text.length;
  const head = Buffer.concat([Buffer.from([firstByte, length]), field(topic)]).toString('hex');
  return new RegExp(`${head}....${Buffer.from(text).toString('hex')}`);
}

test('a SUBSCRIBE right behind the UNSUBSCRIBE of its filter is not deaf', async () => {
  home = await openTestBroker();
  const ingest = await home.connect('service.ingest');
  const gateway = await signInRaw('c1.gw1');
  gateway.socket.write(subscribePacket(ack, 1));
  await received(gateway, '9003000101');
  for (let round = 0; round < 20; round++) {
    const id = 100 + round;
    const unsubscribe = packet(0xa2, Buffer.from([0, id]), field(ack));
    gateway.socket.write(Buffer.concat([unsubscribe, subscribePacket(ack, id)]));
    await received(gateway, `9003${id.toString(16).padStart(4, '0')}01`);
    await ingest.publishAsync(ack, `round ${id}`, { qos: 1 });
    await received(gateway, Buffer.from(`round ${id}`).toString('hex'));
  }
  gateway.socket.destroy();
});

test('of three that come for one id at once one is left', async () => {
  home = await openTestBroker();
  const count = () => home.broker.health().detail.connections;
  // With a subscription the close of an older client takes Aedes some turns, in which the next comes.
  const hello = Buffer.concat([connectPacket('c1.gw1', home.secrets['c1.gw1']!), subscribePacket(ack, 1)]);
  for (let round = 0; round < 10; round++) {
    const clients = await Promise.all([1, 2, 3].map(() => connectRaw(home.broker.tcpPort)));
    await vi.waitFor(() => expect(count()).toMatchObject({ pending: 3 }), { interval: 1 });
    for (const client of clients) client.socket.write(hello);
    await Promise.all(clients.map((client) => Promise.race([client.closed, received(client, '9003000101')])));
    await vi.waitFor(() => expect(count()).toMatchObject({ pending: 0, gateways: 1 }));
  }
});

test('a message sent again by its publisher goes on without that flag', async () => {
  home = await openTestBroker();
  const ingest = await signInRaw('service.ingest');
  ingest.socket.write(subscribePacket('sw/1/+/+/alarm', 1));
  await received(ingest, '9003000101');
  const gateway = await signInRaw('c1.gw1');
  const alarm = 'sw/1/c1/gw1/alarm';
  gateway.socket.write(packet(0x3a, field(alarm), Buffer.from([0, 9]), Buffer.from('again')));
  await vi.waitFor(() => expect(hexOf(ingest)).toMatch(publishHex(0x32, alarm, 'again')));
  ingest.socket.destroy();
  gateway.socket.destroy();
});

test.each([0, 1] as const)('a retained message comes at the QoS %i granted to a wildcard', async (qos) => {
  home = await openTestBroker();
  const engine = await home.connect('service.warning');
  await engine.publishAsync(warning, 'raised', { qos: 1, retain: true });
  const listener = await home.connect('service.warning');
  const given = new Promise((resolve) =>
    listener.once('message', (_topic, _payload, told) => resolve(told.qos)),
  );
  await listener.subscribeAsync('sw/1/+/warning/+', { qos });
  expect(await given).toBe(qos);
});

test('a bridge is told that a retained message was cleared', async () => {
  home = await openTestBroker();
  const engine = await home.connect('service.warning');
  const bridge = await signInRaw('service.warning', bridgeLevel);
  bridge.socket.write(subscribePacket('sw/1/+/warning/+', 1));
  await received(bridge, '9003000101');
  await engine.publishAsync(warning, 'raised', { qos: 1, retain: true });
  await engine.publishAsync(warning, '', { qos: 1, retain: true });
  await vi.waitFor(() => expect(hexOf(bridge)).toMatch(publishHex(0x33, warning, 'raised')));
  await vi.waitFor(() => expect(hexOf(bridge)).toMatch(publishHex(0x33, warning, '')));
  bridge.socket.destroy();
});

test('who is no bridge has live messages without the flag', async () => {
  home = await openTestBroker();
  const engine = await home.connect('service.warning');
  const listener = await home.connect('service.warning');
  await listener.subscribeAsync('sw/1/+/warning/+', { qos: 1 });
  const told = nextMessage(listener);
  await engine.publishAsync(warning, 'raised', { qos: 1, retain: true });
  expect(await told).toEqual({ topic: warning, text: 'raised', retain: false });
});
