import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Aedes } from 'aedes';
import mqtt, { type MqttClient } from 'mqtt';
import type { Lane } from '#contracts/facts/event-kinds.ts';
import {
  type Ack,
  exampleGatewayState,
  type GatewayState,
  schemaVersion,
} from '#contracts/gateway-messages.ts';
import type { JournalEntry, RecordEntry } from '#contracts/journal-entry.ts';
import {
  type AlarmRecord,
  exampleAlarmRecord,
  exampleTelemetryRecord,
  type TelemetryRecord,
} from '#contracts/record.ts';
import { buildTopic, type GatewayTopicName } from '#contracts/topics.ts';
import type { LogReader } from '#eventlog/event-log.ts';
import { applyPlan } from '#registry/apply-plan.ts';
import type { CommunityPlan } from '#registry/community-plan.ts';
import { openRegistryTables } from '#registry/open-registry.ts';
import { createMetrics } from '#runtime/health.ts';
import { silentLog } from '#runtime/log.ts';
import { loadSettings } from '#runtime/settings.ts';
import { ingestSettings } from '../config.ts';
import type { ReadTo } from '../journal/journal-retention.ts';
import { openReceiving, type Receiving } from '../receiving.ts';
import { readJournal } from './read-journal.ts';

/** A community of one watch and one gate on gateway `gw1`. */
export const plan: CommunityPlan = {
  community: { id: 'c1', nameZh: '一号小区', nameEn: 'Community One' },
  grids: [],
  buildings: [],
  residents: [],
  gateways: [{ id: 'gw1', name: '网关' }],
  devices: [
    { id: 'd1', gateway: 'gw1', address: exampleAlarmRecord.device, class: 'watch', name: '手表' },
    { id: 'd2', gateway: 'gw1', address: 'hikvision-isapi:c0517eaabbcc/1', class: 'gate', name: '单元门' },
  ],
  people: [],
};

/** A real broker on a port of its own. */
export interface TestBroker {
  url: string;
  close(): Promise<void>;
}

/** Starts Aedes without sign-in. */
export async function startBroker(port = 0): Promise<TestBroker> {
  const broker = await Aedes.createBroker();
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    broker.handle(socket);
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    url: `mqtt://127.0.0.1:${typeof address === 'object' ? address?.port : port}`,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => broker.close(() => resolve()));
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A folder with a registry, and what runs on it. */
export interface TestSite {
  folder: string;
  addDevice(device: CommunityPlan['devices'][number]): Promise<void>;
  remove(): Promise<void>;
}

/** Makes a temporary folder with the registry of `plan`. */
export async function createSite(): Promise<TestSite> {
  const folder = mkdtempSync(join(tmpdir(), 'ingest-'));
  const db = openRegistryTables(join(folder, 'registry.db'));
  await applyPlan(db, plan);
  return {
    folder,
    addDevice: async (device) => {
      await applyPlan(db, { ...plan, devices: [device] });
    },
    remove: async () => {
      await db.destroy();
      rmSync(folder, { recursive: true });
    },
  };
}

/** Opens receiving on a site; further settings as the environment gives them. */
export async function receiveAt(
  site: TestSite,
  brokerUrl: string,
  options: {
    env?: Record<string, string>;
    incidents?: LogReader;
    now?: () => number;
    /** How far the readers are; all the way unless given. */
    readTo?: () => ReadTo;
    onCommitted?: (position: number) => void;
  } = {},
): Promise<Receiving> {
  const settings = loadSettings(ingestSettings, {
    INGEST_DATA_DIR: site.folder,
    INGEST_BROKER_URL: brokerUrl,
    INGEST_PASSWORD: 'secret',
    INGEST_TOKEN: 'a-token-of-services',
    INGEST_GROUP_WAIT_MS: '5',
    INGEST_REGISTRY_REFRESH_MS: '10',
    ...options.env,
  });
  return openReceiving({
    settings,
    metrics: createMetrics(),
    now: options.now ?? Date.now,
    log: silentLog(),
    openIncidents: async () => options.incidents,
    readTo: options.readTo ?? (() => ({ store: Number.MAX_SAFE_INTEGER, warning: Number.MAX_SAFE_INTEGER })),
    onCommitted: options.onCommitted ?? (() => undefined),
  });
}

/** A gateway's MQTT session as a test drives it. */
export interface TestGateway {
  readonly acks: Ack[];
  publish(name: GatewayTopicName, message: unknown, retain?: boolean): Promise<void>;
  publishBytes(name: GatewayTopicName, payload: Buffer): Promise<void>;
  /** Newest acknowledged sequence of a stream; -1 before the first. */
  acknowledged(epoch: string, lane: Lane): number;
  close(): Promise<void>;
}

/** Connects as gateway `gw1` of community `c1`. */
export async function connectGateway(brokerUrl: string, gateway = 'gw1'): Promise<TestGateway> {
  const client: MqttClient = await mqtt.connectAsync(brokerUrl, { reconnectPeriod: 0 });
  const acks: Ack[] = [];
  client.on('message', (_topic, payload) => acks.push(JSON.parse(payload.toString())));
  const topic = (name: GatewayTopicName) => buildTopic({ name, community: 'c1', gateway });
  await client.subscribeAsync(topic('ack'), { qos: 1 });
  const publishBytes = async (name: GatewayTopicName, payload: Buffer, retain = false) => {
    await client.publishAsync(topic(name), payload, { qos: 1, retain });
  };
  return {
    acks,
    publish: (name, message, retain) => publishBytes(name, Buffer.from(JSON.stringify(message)), retain),
    publishBytes: (name, payload) => publishBytes(name, payload),
    acknowledged: (epoch, lane) => {
      const all = acks.flatMap((ack) => ack.acks).filter((one) => one.epoch === epoch && one.lane === lane);
      return all.at(-1)?.sequence ?? -1;
    },
    close: () => client.endAsync(true),
  };
}

/** Epoch of the example records. */
export const epoch = exampleAlarmRecord.epoch;

/** An alarm message; `record` overrides the example's fields. */
export function alarm(sequence: number, record: Partial<AlarmRecord> = {}) {
  return { schemaVersion, record: { ...exampleAlarmRecord, sequence, ...record } };
}

/** A telemetry record; `record` overrides the example's fields. */
export function reading(sequence: number, record: Partial<TelemetryRecord> = {}): TelemetryRecord {
  return { ...exampleTelemetryRecord, sequence, ...record };
}

/** A telemetry message. */
export function telemetry(...records: unknown[]) {
  return { schemaVersion, records };
}

/** A state message; `state` overrides the example's fields, which hold nothing back. */
export function stateMessage(state: Partial<GatewayState> = {}): GatewayState {
  return { ...exampleGatewayState, held: [], ...state };
}

/** All entries of a site's journal. */
export function journalOf(site: TestSite): JournalEntry[] {
  const entries = readJournal(join(site.folder, 'journal.db'));
  return entries;
}

/** The records among them. */
export function recordsOf(site: TestSite): (RecordEntry & { position: number; receivedAt: number })[] {
  return journalOf(site).filter((entry) => entry.class === 'record');
}
