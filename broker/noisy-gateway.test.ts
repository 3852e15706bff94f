import { afterEach, expect, test, vi } from 'vitest';
import {
  connectPacket,
  connectRaw,
  publishPacket,
  type RawClient,
  subscribePacket,
} from './testing/raw-mqtt.ts';
import { closed, openTestBroker, type TestBroker } from './testing/test-broker.ts';

let home: TestBroker;
afterEach(() => home.close());

const refusals = (reason: string) => home.metric(`broker_refusals_total{reason="${reason}"}`);

async function signInRaw(username: string): Promise<RawClient> {
  const client = await connectRaw(home.broker.tcpPort);
  client.socket.write(connectPacket(username, home.secrets[username]!));
  await vi.waitFor(() => expect(client.received().subarray(0, 4)).toEqual(Buffer.from([0x20, 2, 0, 0])));
  return client;
}

test('junk of 500 kB on an alarm topic is refused by its length, before it is read', async () => {
  home = await openTestBroker();
  const noisy = await signInRaw('c1.gw1');
  const before = await home.metric('broker_received_bytes_total');
  noisy.socket.write(publishPacket('sw/1/c1/gw1/alarm', 'x'.repeat(500_000)));
  await noisy.closed;
  expect(await refusals('packet-too-large')).toBe(1);
  expect((await home.metric('broker_received_bytes_total')) - before).toBeLessThan(100);
});

test.each([
  ['alarm', 66_560],
  ['telemetry', 262_144],
  ['state', 65_536],
])(
  'a message on the %s topic has at most %d bytes, and none of a longer one is handed over',
  async (name, most) => {
    home = await openTestBroker();
    const ingest = await home.connect('service.ingest');
    await ingest.subscribeAsync(`sw/1/+/+/${name}`);
    const received: number[] = [];
    ingest.on('message', (_topic, payload) => received.push(payload.length));
    const gateway = await home.connect('c1.gw1');
    await gateway.publishAsync(`sw/1/c1/gw1/${name}`, 'x'.repeat(most), { qos: 1 });
    gateway.publish(`sw/1/c1/gw1/${name}`, 'x'.repeat(most + 1), { qos: 1 });
    await closed(gateway);
    const neighbour = await home.connect('c1.gw2');
    await neighbour.publishAsync(`sw/1/c1/gw2/${name}`, 'x', { qos: 1 });
    await vi.waitFor(() => expect(received).toEqual([most, 1]));
  },
);

test('a gateway over the rate of its alarm topic is read slower, far below what a connection may send', async () => {
  home = await openTestBroker({ alarmBytesPerS: 65_536 });
  const gateway = await home.connect('c1.gw1');
  const publishFour = (name: string) =>
    Promise.all(
      [1, 2, 3, 4].map(() => gateway.publishAsync(`sw/1/c1/gw1/${name}`, 'x'.repeat(60_000), { qos: 1 })),
    );
  await publishFour('telemetry');
  expect(await home.metric('broker_throttled_total')).toBe(0);
  await publishFour('alarm');
  expect(await home.metric('broker_throttled_total')).toBeGreaterThan(0);
});

test('a flood does not disconnect a subscriber that reads nothing, and an alarm of another gateway waits in its queue', async () => {
  home = await openTestBroker({
    maxSendBufferBytes: 1_048_576,
    alarmBytesPerS: 1_073_741_824,
    gatewayBytesPerS: 1_073_741_824,
    drainTimeoutMs: 60_000,
  });
  const ingest = await signInRaw('service.ingest');
  ingest.socket.write(subscribePacket('sw/1/+/+/alarm', 1));
  await vi.waitFor(() => expect(ingest.received().length).toBeGreaterThan(4));
  ingest.socket.pause();
  const noisy = await signInRaw('c1.gw1');
  const junk = publishPacket('sw/1/c1/gw1/alarm', 'x'.repeat(60_000));
  // Kernel buffers differ: as much as it takes until they are full and its share is used up.
  while ((await refusals('receiver-full')) + (await refusals('slow-client')) === 0) {
    await new Promise<void>((resolve) => noisy.socket.write(junk, () => resolve()));
  }
  expect(await refusals('slow-client')).toBe(0);
  // No rate of its own was reached: it is read slower for what waits at the reader.
  expect(await home.metric('broker_throttled_total')).toBeGreaterThan(0);
  const neighbour = await home.connect('c1.gw2');
  await neighbour.publishAsync('sw/1/c1/gw2/alarm', 'SMOKE ALARM', { qos: 1 });
  noisy.socket.destroy();
  ingest.socket.resume();
  await vi.waitFor(() => expect(ingest.received().includes('SMOKE ALARM')).toBe(true), { timeout: 10_000 });
  expect(await refusals('slow-client')).toBe(0);
  ingest.socket.destroy();
});
