import { afterEach, expect, test, vi } from 'vitest';
import { connectPacket, connectRaw, type RawClient, subscribePacket } from './testing/raw-mqtt.ts';
import { openTestBroker, type TestBroker } from './testing/test-broker.ts';

let home: TestBroker;
afterEach(() => home.close());

const deliveries = () => home.metric('broker_deliveries_total');
const refusals = (reason: string) => home.metric(`broker_refusals_total{reason="${reason}"}`);
const warnings = 'sw/1/c1/warning/+';

async function retainWarnings(count: number): Promise<void> {
  const engine = await home.connect('service.warning');
  for (let i = 0; i < count; i++) {
    const topic = `sw/1/c1/warning/w-${i.toString(16).padStart(24, '0')}`;
    await engine.publishAsync(topic, 'x', { qos: 1, retain: true });
  }
  await engine.endAsync();
}

async function signInRaw(username: string): Promise<RawClient> {
  const client = await connectRaw(home.broker.tcpPort);
  client.socket.write(connectPacket(username, home.secrets[username]!));
  await vi.waitFor(() => expect(client.received().subarray(0, 4)).toEqual(Buffer.from([0x20, 2, 0, 0])));
  return client;
}

/** Resolves when no client is signed in any more. */
const allGone = () =>
  vi.waitFor(() =>
    expect(home.broker.health().detail.connections).toMatchObject({ gateways: 0, services: 0 }),
  );

const manySubscribes = (count: number) =>
  Buffer.concat(Array.from({ length: count }, (_, i) => subscribePacket(warnings, i + 1)));

test('after 400 SUBSCRIBEs and a reset nothing more is delivered, and one line is logged', async () => {
  home = await openTestBroker();
  await retainWarnings(500);
  const client = await signInRaw('c1.gw1');
  const linesBefore = home.lines.length;
  await new Promise<void>((resolve) => client.socket.write(manySubscribes(400), () => resolve()));
  client.socket.resetAndDestroy();
  await allGone();
  const atClose = await deliveries();
  // Another's message takes its turn behind whatever was still to be delivered.
  const neighbour = await home.connect('c1.gw2');
  await neighbour.publishAsync('sw/1/c1/gw2/alarm', 'x', { qos: 1 });
  expect((await deliveries()) - atClose).toBe(0);
  expect(home.lines.length - linesBefore).toBeLessThanOrEqual(1);
});

test('a flood of SUBSCRIBEs is read slower, and its sender is closed when it owes too much', async () => {
  home = await openTestBroker({
    maxRetained: 100,
    maxConnections: 1,
    subscribeTokensPerS: 100,
    maxThrottleMs: 1000,
  });
  await retainWarnings(50);
  const client = await signInRaw('c1.gw1');
  client.socket.write(manySubscribes(200));
  await client.closed;
  expect(await refusals('subscribe-rate')).toBe(1);
  // A connection's burst is 200 tokens, a SUBSCRIBE 60, and 1 s of debt is 50 more.
  expect(await deliveries()).toBeLessThanOrEqual(5 * 50);
});

test('a gateway that subscribes, hangs up and reconnects in a loop is refused while it owes', async () => {
  home = await openTestBroker({
    maxRetained: 1,
    maxConnections: 1,
    subscribeTokensPerS: 100,
    maxThrottleMs: 1000,
  });
  const linesBefore = home.lines.length;
  const refused = vi.fn();
  for (let i = 0; i < 30; i++) {
    const client = await connectRaw(home.broker.tcpPort);
    client.socket.write(connectPacket('c1.gw1', home.secrets['c1.gw1']!));
    await vi.waitFor(() => expect(client.received().length).toBeGreaterThanOrEqual(4));
    if (client.received()[3] === 3) refused();
    client.socket.resetAndDestroy();
  }
  expect(refused).toHaveBeenCalled();
  expect(await refusals('connect-rate')).toBe(refused.mock.calls.length);
  expect((await home.connect('c1.gw2')).connected).toBe(true);
  // How it ended, why it was refused, and no more, however often.
  expect(home.lines.length - linesBefore).toBeLessThanOrEqual(3);
});

test('what follows a SUBSCRIBE is read when it has been answered', async () => {
  home = await openTestBroker();
  const client = await signInRaw('c1.gw1');
  const ping = Buffer.from([0xc0, 0]);
  const filters = ['sw/1/c1/gw1/ack', 'sw/1/c1/gw1/command', warnings];
  client.socket.write(Buffer.concat(filters.flatMap((filter, i) => [subscribePacket(filter, i + 1), ping])));
  const suback = (id: number) => [0x90, 3, 0, id, 1];
  const expected = Buffer.from([1, 2, 3].flatMap((id) => [...suback(id), 0xd0, 0]));
  await vi.waitFor(() => expect(client.received().subarray(4)).toEqual(expected));
  client.socket.destroy();
});
