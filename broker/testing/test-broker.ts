import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Kysely } from 'kysely';
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import { pino } from 'pino';
import { applyPlan } from '#registry/apply-plan.ts';
import { createSecret, type Identity, services, setSecret } from '#registry/credentials.ts';
import { openRegistryTables } from '#registry/open-registry.ts';
import type { RegistryTables } from '#registry/tables.ts';
import { createMetrics } from '#runtime/health.ts';
import { loadSettings } from '#runtime/settings.ts';
import { type Broker, openBroker } from '../broker.ts';
import { type BrokerSettings, brokerSettings } from '../config.ts';

/** Two communities, three gateways and all services, with their secrets by user name. */
export interface TestRegistry {
  folder: string;
  tables: Kysely<RegistryTables>;
  secrets: Record<string, string>;
  close(): Promise<void>;
}

/** A broker of a temporary folder, and clients of it that end with it. */
export interface TestBroker extends TestRegistry {
  broker: Broker;
  /** Lines the broker has logged, oldest first. */
  lines: Record<string, unknown>[];
  /** Signs in by a user name; throws where refused. Never reconnects. */
  connect(username: string, options?: IClientOptions & { transport?: 'mqtt' | 'ws' }): Promise<MqttClient>;
  /** Value of a metric, e.g. `broker_refusals_total{reason="rate"}`. */
  metric(name: string): Promise<number>;
  /** Closes the broker and opens it anew over the same folder. */
  reopen(): Promise<void>;
}

/** Writes a registry of its own into a temporary folder. */
export async function createTestRegistry(): Promise<TestRegistry> {
  const folder = mkdtempSync(join(tmpdir(), 'broker-'));
  const tables = openRegistryTables(join(folder, 'registry.db'));
  const secrets: Record<string, string> = {};
  const identities: Identity[] = services.map((service) => ({ kind: 'service', service }));
  for (const [community, gateways] of Object.entries({ c1: ['gw1', 'gw2'], c2: ['gw1'] })) {
    await applyPlan(tables, {
      community: { id: community, nameZh: '小区', nameEn: 'Community' },
      grids: [],
      buildings: [],
      residents: [],
      gateways: gateways.map((id) => ({ id, name: id })),
      devices: [],
      people: [],
    });
    identities.push(...gateways.map((gateway): Identity => ({ kind: 'gateway', community, gateway })));
  }
  for (const identity of identities) {
    const secret = createSecret();
    const { username } = await setSecret(tables, identity, secret);
    secrets[username] = secret;
  }
  return {
    folder,
    tables,
    secrets,
    close: async () => {
      await tables.destroy();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Opens a broker over a registry of its own, on free ports. */
export async function openTestBroker(overrides: Partial<BrokerSettings> = {}): Promise<TestBroker> {
  const registry = await createTestRegistry();
  const settings: BrokerSettings = {
    ...loadSettings(brokerSettings, {}),
    dataDir: registry.folder,
    tcpPort: 0,
    wsPort: 0,
    registryIntervalMs: 50,
    ...overrides,
  };
  const clients = new Set<MqttClient>();
  const lines: Record<string, unknown>[] = [];
  const log = pino({ level: settings.logLevel }, { write: (line) => lines.push(JSON.parse(line)) });
  let metrics = createMetrics();
  const open = () => {
    metrics = createMetrics();
    return openBroker({ settings, log, metrics, now: () => performance.now() });
  };
  let broker = await open();
  return {
    ...registry,
    lines,
    get broker() {
      return broker;
    },
    connect: async (username, { transport = 'mqtt', ...options } = {}) => {
      const port = transport === 'mqtt' ? broker.tcpPort : broker.wsPort;
      const client = await mqtt.connectAsync(
        `${transport}://127.0.0.1:${port}`,
        { username, password: registry.secrets[username], keepalive: 20, reconnectPeriod: 0, ...options },
        false,
      );
      clients.add(client);
      client.on('error', () => undefined);
      return client;
    },
    metric: async (name) => {
      const line = (await metrics.metrics()).split('\n').find((text) => text.startsWith(`${name} `));
      return Number(line?.split(' ').at(-1));
    },
    reopen: async () => {
      await broker.close();
      broker = await open();
    },
    close: async () => {
      await Promise.all([...clients].map((client) => client.endAsync(true)));
      await broker.close();
      await registry.close();
    },
  };
}

/** The next message of a client, whole. */
export function nextMessage(client: MqttClient): Promise<{ topic: string; text: string; retain: boolean }> {
  return new Promise((resolve) => {
    client.once('message', (topic, payload, { retain }) =>
      resolve({ topic, text: payload.toString(), retain }),
    );
  });
}

/** Resolves when the broker has closed a client's connection. */
export function closed(client: MqttClient): Promise<void> {
  return new Promise((resolve) => {
    if (!client.connected) resolve();
    else client.once('close', () => resolve());
  });
}
