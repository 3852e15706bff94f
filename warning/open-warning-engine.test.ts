import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Aedes, type Client } from 'aedes';
import mqtt, { type MqttClient } from 'mqtt';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { JournalEntry, JournalReader } from '#contracts/journal-entry.ts';
import { WarningNotice } from '#contracts/notices.ts';
import { createValidator } from '#contracts/validate.ts';
import type { Registry } from '#registry/registry.ts';
import { listen } from '#runtime/listen.ts';
import { silentLog } from '#runtime/log.ts';
import { openSqlite } from '#runtime/sqlite.ts';
import { openWarningEngine, type WarningEngine } from './open-warning-engine.ts';
import {
  createJournalScript,
  type JournalScript,
  journalOf,
  scriptRegistry,
} from './testing/journal-script.ts';
import { readWarningLog } from './testing/read-warning-log.ts';
import { inShort, runScript, scriptSettings } from './testing/run-script.ts';
import { openLiveStateReader, openWarningLogReader } from './warning-readers.ts';

let folder: string;
let script: JournalScript;
let broker: Aedes;
let server: Server;
let port: number;
let clients: Client[];
let observer: MqttClient;
let retained: Map<string, string>;
let engine: WarningEngine | undefined;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'warning-open-'));
  script = createJournalScript();
  broker = await Aedes.createBroker();
  clients = [];
  broker.on('client', (client) => clients.push(client));
  server = createServer(broker.handle);
  port = await listen(server, { host: '127.0.0.1', port: 0, setting: 'TEST_PORT' });
  observer = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`);
  retained = new Map();
  observer.on('message', (topic, payload) => {
    if (payload.length === 0) retained.delete(topic);
    else retained.set(topic, payload.toString());
  });
  await observer.subscribeAsync('sw/1/+/warning/+', { qos: 1 });
});
afterEach(async () => {
  await engine?.close();
  engine = undefined;
  await observer.endAsync(true);
  server.close();
  await new Promise<void>((resolve) => broker.close(resolve));
  rmSync(folder, { recursive: true });
});

function open(
  options: { registry?: () => Registry; refresh?: () => Promise<Registry>; journal?: JournalReader } = {},
): WarningEngine {
  const current = options.registry ?? (() => scriptRegistry());
  const known = current();
  engine = openWarningEngine({
    settings: {
      ...scriptSettings,
      dataDir: folder,
      brokerUrl: `mqtt://127.0.0.1:${port}`,
      pollMs: 10,
      orphanSweepMs: 100,
    },
    journal: options.journal ?? journalOf(script.entries),
    registry: {
      current: options.registry ?? (() => known),
      refresh: options.refresh ?? (async () => known),
    },
    log: silentLog(),
  });
  return engine;
}

const done = (running: WarningEngine) =>
  vi.waitFor(() => expect(running.stats()).toMatchObject({ behind: 0, brokerConnected: true }));

test('a warning’s notice is retained while it holds, valid and with nothing personal, and gone afterwards', async () => {
  await done(open());
  script.record('panel', { type: 'event', kind: 'fire' });
  engine?.wake();
  await vi.waitFor(() => expect(retained.size).toBe(1));
  const [topic = '', payload = ''] = [...retained][0] ?? [];
  const notice = JSON.parse(payload);
  expect(createValidator(WarningNotice)(notice)).toMatchObject({ ok: true });
  expect(notice).toEqual({
    schemaVersion: 1,
    id: topic.split('/').at(-1),
    kind: 'fire',
    level: 'red',
    building: 'b3',
    raisedAt: new Date(script.now()).toISOString(),
    state: 'active',
  });
  script.record('panel', { type: 'event', kind: 'fire', active: false });
  await vi.waitFor(() => expect(retained.size).toBe(0));
});

test('a ghost retained at the broker is cleared at the start and whenever it appears', async () => {
  const ghost = 'sw/1/c1/warning/w-00000000000000000000000f';
  await observer.publishAsync(ghost, '{"old":true}', { qos: 1, retain: true });
  await vi.waitFor(() => expect(retained.has(ghost)).toBe(true));
  await done(open());
  await vi.waitFor(() => expect(retained.has(ghost)).toBe(false));
  await observer.publishAsync(ghost, '{"old":true}', { qos: 1, retain: true });
  await vi.waitFor(() => expect(retained.has(ghost)).toBe(false));
});

test('a notice that somebody removed comes back with the next sweep', async () => {
  script.record('watch', { type: 'event', kind: 'sos' });
  await done(open());
  await vi.waitFor(() => expect(retained.size).toBe(1));
  const topic = [...retained.keys()][0] ?? '';
  await observer.publishAsync(topic, '', { qos: 1, retain: true });
  await vi.waitFor(() => expect(retained.has(topic)).toBe(true));
});

test('what was raised while the broker was away is in the log at once and at the broker when it is back', async () => {
  await done(open());
  broker.authenticate = (client, _username, _password, callback) =>
    callback(null, !client?.id.startsWith('warning-'));
  clients.find((client) => client.id.startsWith('warning-'))?.close();
  await vi.waitFor(() => expect(engine?.stats().brokerConnected).toBe(false));
  script.record('watch', { type: 'event', kind: 'sos' });
  await vi.waitFor(() => expect(engine?.stats().sequence).toBe(1));
  expect(retained.size).toBe(0);
  broker.authenticate = (_client, _username, _password, callback) => callback(null, true);
  await vi.waitFor(() => expect(retained.size).toBe(1), { timeout: 5000 });
});

test('a restart goes on where it was', async () => {
  script.record('watch', { type: 'event', kind: 'sos' });
  await done(open());
  await engine?.close();
  script.record('watch', { type: 'event', kind: 'sos' });
  script.record('unit-door', { type: 'event', kind: 'door-forced' });
  await done(open());
  const reader = openWarningLogReader(join(folder, 'warning.db'));
  expect(await reader.read(0, 10)).toEqual(runScript(script.entries).lines);
  expect(await reader.read(2, 10)).toHaveLength(1);
  expect(await reader.read(0, 1)).toHaveLength(1);
  expect(await reader.newest()).toBe(3);
  reader.close();
});

test('a journal that lost its end is read again from there, and nothing stands twice', async () => {
  const kept = script.record('watch', { type: 'event', kind: 'sos' });
  script.record('unit-door', { type: 'event', kind: 'door-forced' });
  const lost = script.record('panel', { type: 'event', kind: 'fire' });
  await done(open());
  await engine?.close();
  script.entries.length = kept.position;
  await done(open());
  script.record('panel', { type: 'event', kind: 'fire' }, { sequence: lost.sequence });
  script.record('panel', { type: 'event', kind: 'gas' });
  await vi.waitFor(() => expect(engine?.stats()).toMatchObject({ sequence: 4, behind: 0 }));
  expect(inShort(readWarningLog(join(folder, 'warning.db')))).toEqual([
    'raised sos red',
    'raised door-forced orange',
    'raised fire red',
    'raised gas red',
  ]);
});

test('a batch that fails halfway leaves nothing behind and is taken again', async () => {
  script.record('watch', { type: 'event', kind: 'sos' });
  const second = script.record('panel', { type: 'event', kind: 'fire' });
  const whole = journalOf(script.entries);
  const torn = [script.entries[0], { ...second, body: null } as unknown as JournalEntry] as JournalEntry[];
  let reads = 0;
  const read: JournalReader['read'] = (position, limit) =>
    reads++ === 0 ? Promise.resolve(torn) : whole.read(position, limit);
  await done(open({ journal: { ...whole, read } }));
  expect(engine?.stats()).toMatchObject({ failedBatches: 1, batches: 1, sequence: 2, activeWarnings: 2 });
  expect(readWarningLog(join(folder, 'warning.db'))).toEqual(runScript(script.entries).lines);
});

test('a device that only the newest registry knows is looked up before its alarm is told', async () => {
  const pendant = { id: 'pendant', address: 'zigbee2mqtt:0x1', dwelling: 'b3u2-501', name: '吊坠' };
  let current = scriptRegistry();
  open({
    registry: () => current,
    refresh: async () => {
      current = scriptRegistry({}, [pendant]);
      return current;
    },
  });
  // Nothing that was made of the older registry stays.
  script.record('watch', { type: 'event', kind: 'sos' });
  await vi.waitFor(() => expect(engine?.stats().sequence).toBe(1));
  script.record('pendant', { type: 'event', kind: 'sos' });
  await vi.waitFor(() => expect(engine?.stats().sequence).toBe(2));
  expect(readWarningLog(join(folder, 'warning.db'), 1)[0]?.evidence.zh).toBe('3栋2单元501 手表 SOS 求救');
});

test('readers of live state ask by revision for what changed', async () => {
  await done(open());
  script.record('watch', { type: 'keep-alive' });
  script.record('panel', { type: 'keep-alive' });
  await vi.waitFor(() => expect(engine?.stats()).toMatchObject({ behind: 0, entries: 2 }));
  const reader = openLiveStateReader(join(folder, 'warning.db'));
  const all = reader.devices('c1', 0);
  expect(all.map(({ revision }) => revision)).toEqual(
    [...all.map(({ revision }) => revision)].sort((a, b) => a - b),
  );
  expect(new Map(all.map(({ device, state }) => [device, state]))).toEqual(
    new Map([
      ['watch', 'live'],
      ['panel', 'live'],
      ['unit-door', 'unheard'],
      ['home-door', 'unheard'],
    ]),
  );
  const newest = all.at(-1)?.revision ?? 0;
  expect(reader.devices('c1', newest)).toEqual([]);
  script.record('watch', { type: 'keep-alive' });
  await vi.waitFor(() => expect(reader.devices('c1', newest).map(({ device }) => device)).toEqual(['watch']));
  expect(reader.gateways('c1').map(({ gateway, state }) => [gateway, state])).toEqual([
    ['gw1', 'live'],
    ['gw2', 'live'],
  ]);
  expect(reader.devices('elsewhere', 0)).toEqual([]);
  reader.close();
});

test('a journal entry that can never be saved stops no alarm behind it, and is one to verify the third time', async () => {
  await done(open());
  const db = openSqlite(join(folder, 'warning.db'));
  // Of this device's SOS the log takes no line, whatever else the disk does.
  db.exec(
    `CREATE TRIGGER poison BEFORE INSERT ON warning_log WHEN NEW.head ->> '$.kind' = 'sos'
     BEGIN SELECT RAISE(ABORT, 'poison'); END`,
  );
  db.close();
  script.record('watch', { type: 'event', kind: 'sos' });
  script.record('panel', { type: 'event', kind: 'fire' });
  script.record('watch', { type: 'event', kind: 'fall' });
  engine?.wake();
  await vi.waitFor(() => expect(engine?.stats()).toMatchObject({ behind: 0, skipped: 1 }));
  const lines = readWarningLog(join(folder, 'warning.db'));
  expect(lines.map(({ kind }) => kind)).toEqual(['unreadable-alarm', 'fire', 'fall']);
  expect(lines[0]?.record).toMatchObject({ sequence: 1 });
});
