import { PassThrough } from 'node:stream';
import type { Client } from 'aedes';
import { expect, onTestFinished, test } from 'vitest';
import { followRegistry } from '#registry/open-registry.ts';
import { createMetrics } from '#runtime/health.ts';
import { silentLog } from '#runtime/log.ts';
import { loadSettings } from '#runtime/settings.ts';
import { createAuthentication } from './authentication.ts';
import { createBrokerLog } from './broker-log.ts';
import { createBrokerMetrics } from './broker-metrics.ts';
import { ClientConnection } from './client-connection.ts';
import { brokerSettings } from './config.ts';
import { Connections } from './connections.ts';
import { SessionTakeover } from './session-takeover.ts';
import { SubscribeBudget } from './subscribe-budget.ts';
import { createTestRegistry } from './testing/test-broker.ts';

const now = () => 0;
const username = 'c1.gw1';

function openConnection(): ClientConnection {
  const connection = new ClientConnection(new PassThrough(), '127.0.0.1', {
    packetLimits: { publishBytes: 1000, controlBytes: 1000 },
    maxSendBufferBytes: () => 1000,
    maxThrottleMs: 1000,
    now,
    onReceived: () => undefined,
    onSent: () => undefined,
    onThrottled: () => undefined,
  });
  return connection.on('error', () => undefined);
}

test('a client whose rights end while it waits for a takeover is refused', async () => {
  const home = await createTestRegistry();
  onTestFinished(() => home.close());
  const registry = await followRegistry({
    file: `${home.folder}/registry.db`,
    log: silentLog(),
    intervalMs: 60_000,
  });
  onTestFinished(() => registry.close());
  const settings = loadSettings(brokerSettings, {});
  const connections = new Connections(settings);
  const gauges = { connections: () => ({ pending: 0, ...connections.counts() }) };
  const takeover = new SessionTakeover(silentLog());
  const admission = createAuthentication({
    settings,
    registry,
    connections,
    takeover,
    budget: new SubscribeBudget({ ...settings, maxIdentities: 10 }),
    metrics: createBrokerMetrics(createMetrics(), {
      ...gauges,
      retained: () => ({ count: 0, bytes: 0, unwritten: 0 }),
    }),
    log: createBrokerLog(silentLog(), now),
    now,
  });
  const older = openConnection();
  await takeover.acquire('c1.gw1/a', older);

  const client = { id: 'c1.gw1/a', conn: openConnection(), closed: false } as unknown as Client;
  const answered = Promise.withResolvers<unknown>();
  const password = Buffer.from(home.secrets[username] ?? '');
  admission.authenticate(client, username, password, (error) => answered.resolve(error));
  await home.tables.updateTable('credential').set({ enabled: 0 }).where('username', '=', username).execute();
  await registry.refresh();
  takeover.release(older);
  expect(await answered.promise).toMatchObject({ reason: 'revoked', returnCode: 3 });
  expect(connections.counts()).toEqual({ gateways: 0, services: 0 });
  expect(takeover.size).toBe(0);
});
