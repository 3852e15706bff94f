import { afterEach, expect, test, vi } from 'vitest';
import { createSecret, setSecret } from '#registry/credentials.ts';
import { connectPacket, connectRaw } from './testing/raw-mqtt.ts';
import { closed, openTestBroker, type TestBroker } from './testing/test-broker.ts';

let home: TestBroker;
afterEach(() => home.close());

const refusals = (reason: string) => home.metric(`broker_refusals_total{reason="${reason}"}`);

test.each([
  ['no credentials', { username: undefined, password: undefined }, 5, 'no-credentials'],
  ['no password', { password: undefined }, 5, 'no-credentials'],
  ['an unknown user name', { username: 'c1.gw9', password: 'x' }, 4, 'unknown-user'],
  ['a wrong secret', { password: 'x' }, 4, 'wrong-secret'],
  ['a persistent session', { clean: false, clientId: 'c' }, 5, 'persistent-session'],
  ['no keep-alive', { keepalive: 0 }, 5, 'keep-alive'],
  ['too long a keep-alive', { keepalive: 121 }, 5, 'keep-alive'],
  ['too long a client id', { clientId: 'x'.repeat(129) }, 2, 'client-id'],
  [
    "another gateway's will",
    { will: { topic: 'sw/1/c1/gw2/state', payload: Buffer.from('x') } },
    5,
    'will-not-allowed',
  ],
  [
    'a will that is no state',
    { will: { topic: 'sw/1/c1/gw1/alarm', payload: Buffer.from('x') } },
    5,
    'will-not-allowed',
  ],
])('%s is refused with its code', async (_name, options, code, reason) => {
  home = await openTestBroker();
  await expect(home.connect('c1.gw1', options)).rejects.toMatchObject({ code });
  expect(await refusals(reason)).toBe(1);
});

test('a gateway without a row of its own, or of a disabled credential, is refused with code 5', async () => {
  home = await openTestBroker();
  await home.tables.updateTable('credential').set({ enabled: 0 }).where('username', '=', 'c1.gw1').execute();
  await home.tables
    .updateTable('credential')
    .set({ gateway: 'gw9' })
    .where('username', '=', 'c1.gw2')
    .execute();
  for (const username of ['c1.gw1', 'c1.gw2']) {
    await vi.waitFor(() => expect(home.connect(username)).rejects.toMatchObject({ code: 5 }));
  }
});

test('a gateway enrolled a moment ago signs in at once', async () => {
  home = await openTestBroker({ registryIntervalMs: 10_000 });
  await home.tables
    .insertInto('gateway')
    .values({ community: 'c2', id: 'gw7', name: 'gw7', enabled: 1 })
    .execute();
  home.secrets['c2.gw7'] = createSecret();
  await setSecret(home.tables, { kind: 'gateway', community: 'c2', gateway: 'gw7' }, home.secrets['c2.gw7']);
  expect((await home.connect('c2.gw7')).connected).toBe(true);
});

test('after too many failures an address is refused unheard, yet a right secret is taken', async () => {
  home = await openTestBroker({ loginFailures: 2 });
  for (const code of [4, 4, 5, 5]) {
    await expect(home.connect('c1.gw1', { password: 'guess' })).rejects.toMatchObject({ code });
  }
  expect(await refusals('wrong-secret')).toBe(2);
  expect(await refusals('login-limit')).toBe(2);
  expect((await home.connect('c1.gw1')).connected).toBe(true);
});

test('one connection too many of a gateway closes its oldest, of another gateway none', async () => {
  home = await openTestBroker({ maxConnectionsPerGateway: 2 });
  const other = await home.connect('c1.gw2');
  const [first, second] = [await home.connect('c1.gw1'), await home.connect('c1.gw1')];
  const third = await home.connect('c1.gw1');
  await closed(first);
  expect([other, second, third].map((client) => client.connected)).toEqual([true, true, true]);
  expect(await refusals('taken-over')).toBe(1);
});

test('with all gateway connections taken another gateway gets code 3 and a service signs in', async () => {
  home = await openTestBroker({ maxConnections: 1 });
  const gateway = await home.connect('c1.gw1');
  await expect(home.connect('c1.gw2')).rejects.toMatchObject({ code: 3 });
  await home.connect('service.ingest');
  await gateway.endAsync();
  await vi.waitFor(() => expect(home.broker.health().detail.connections).toMatchObject({ gateways: 0 }));
  await home.connect('c1.gw2');
});

test('who never signs in holds no place: the oldest goes, and time closes the rest', async () => {
  home = await openTestBroker({ maxPendingConnections: 2, connectTimeoutMs: 300 });
  const silent = [];
  for (let i = 0; i < 3; i++) {
    silent.push(await connectRaw(home.broker.tcpPort));
    await vi.waitFor(async () =>
      expect(home.broker.health().detail.connections).toMatchObject({ pending: Math.min(i + 1, 2) }),
    );
  }
  await silent[0]!.closed;
  expect(await refusals('pending-full')).toBe(1);
  await Promise.all(silent.map((client) => client.closed));
});

test('what a client sends before it is signed in waits for that and is not read before', async () => {
  home = await openTestBroker();
  const client = await connectRaw(home.broker.tcpPort);
  client.socket.write(
    Buffer.concat([connectPacket('c1.gw1', 'wrong'), Buffer.from([0xc0, 0x00]), Buffer.alloc(100_000, 0xc0)]),
  );
  await client.closed;
  expect(await home.metric('broker_received_bytes_total')).toBe(connectPacket('c1.gw1', 'wrong').length);
});
