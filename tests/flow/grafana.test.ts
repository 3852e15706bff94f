import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import mqtt from 'mqtt';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type GatewayState, schemaVersion, type TelemetryMessage } from '#contracts/gateway-messages.ts';
import { toTimestamp } from '#contracts/time.ts';
import { buildTopic } from '#contracts/topics.ts';
import { createInfluxQuery, type InfluxQuery } from '#ingest/store/influx/influx-query.ts';
import { type Influxd, startInfluxd } from '#ingest/store/influx/influxd.ts';
import { demoCommunity, gateMac, watchId } from '#simulators/community.ts';
import { createGateTerminal } from '#simulators/devices/gate.ts';
import { connectWatch } from '#simulators/devices/watch.ts';
import { deviceScenarios } from '#simulators/scenarios/device-scenarios.ts';
import { type PlatformUnderTest, startPlatformUnderTest } from '#tests/platform-under-test.ts';
import { expandGrafanaQuery } from './expand-grafana-query.ts';

interface Target {
  refId: string;
  query: string;
}
const dashboard = JSON.parse(
  readFileSync(
    resolve(import.meta.dirname, '../../provisioning/grafana/dashboards/community-overview.generated.json'),
    'utf8',
  ),
) as {
  panels: { title: string; targets: Target[] }[];
  templating: { list: { name: string; query: string }[] };
};

/** Columns that each query must answer with, tags of its groups included, and groups that must be among its rows. */
const promised: Record<string, { columns: string[]; rows: Record<string, unknown>[] }> = {
  '红色报警 A': { columns: ['time', 'alarms'], rows: [{}] },
  '新警情 A': { columns: ['time', 'incidents'], rows: [{}] },
  '已办结警情 A': { columns: ['time', 'incidents'], rows: [{ incidents: 1 }] },
  '在线手表 A': { columns: ['time', 'wearables'], rows: [{ wearables: 40 }] },
  '未佩戴 A': { columns: ['time', 'wearables'], rows: [{ wearables: 1 }] },
  '低电量 A': { columns: ['time', 'devices'], rows: [{ devices: 1 }] },
  '各级别报警 A': { columns: ['time', 'alarms', 'level'], rows: [{ level: 'red' }, { level: 'orange' }] },
  '各类报警 A': {
    columns: ['time', 'alarms', 'kind', 'level'],
    rows: [
      { kind: 'sos', level: 'red', alarms: 1 },
      { kind: 'fire', level: 'red', alarms: 1 },
      { kind: 'door-forced', level: 'orange', alarms: 1 },
    ],
  },
  '警情处置 A': {
    columns: ['time', 'incidents', 'transition'],
    rows: [
      { transition: 'opened' },
      { transition: 'acknowledged' },
      { transition: 'resolved', incidents: 1 },
    ],
  },
  '每小时通行 A': {
    columns: ['time', 'passages', 'kind'],
    rows: [{ kind: 'access-granted' }, { kind: 'access-denied' }],
  },
  '心率趋势 A': {
    columns: ['time', 'heart-rate', 'device'],
    rows: [{ device: 'watch-1' }, { device: 'watch-40' }],
  },
  '手表在线数 A': { columns: ['time', 'wearables'], rows: [{}] },
  '未佩戴的手表 A': { columns: ['time', 'device', 'worn'], rows: [{ device: 'watch-12', worn: 0 }] },
  '低电量设备 A': { columns: ['time', 'device', 'battery'], rows: [{ device: 'watch-14', battery: 9 }] },
  '迟到的记录 A': { columns: ['time', 'late'], rows: [{ late: 1 }] },
  '迟到的记录 B': { columns: ['time', 'late'], rows: [{ late: 1 }] },
  '缺失的记录 A': {
    columns: ['time', 'gateway', 'lane', 'records', 'reason'],
    rows: [{ gateway: 'gw-late', lane: 'telemetry', records: 7, reason: 'quota' }],
  },
};
const targets = dashboard.panels.flatMap(({ title, targets: asked }) =>
  asked.map((target) => [`${title} ${target.refId}`, target] as const),
);

let folder: string;
let influxd: Influxd;
let underTest: PlatformUnderTest;
let ask: InfluxQuery;
let from: number;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'influx-'));
  influxd = await startInfluxd({ dataDir: folder });
  ask = createInfluxQuery({ url: influxd.url, database: 'shouwang', timeoutMs: 10_000 });
  from = Date.now() - 3_600_000;
  underTest = await startPlatformUnderTest({
    store: { STORE_KIND: 'influx', STORE_INFLUX_URL: influxd.url },
    withSimulators: true,
    // Batteries of the living community may be low by chance; those of the watches below are known.
    env: { SIMULATORS_WATCHES: '0' },
  });
  await Promise.all([liveWithWatches(), passGates(), handleIncidents(), publishLateAndGap()]);
}, 60_000);
afterAll(async () => {
  await underTest.stop();
  await influxd.stop();
  rmSync(folder, { recursive: true });
}, 60_000);

test('every query of every panel has promised columns', () => {
  expect(targets.map(([name]) => name).toSorted()).toEqual(Object.keys(promised).toSorted());
});

test.each(targets)('%s answers with its columns from what devices sent', async (name, { query }) => {
  await vi.waitFor(() => expectPromise(name, query, { community: ['.*'], device: ['.*'] }), {
    timeout: 20_000,
    interval: 200,
  });
});

test.each(targets)('%s answers with communities and devices chosen by name', async (name, { query }) => {
  const devices = (await ask(expand(queryOf('device'), { community: [demoCommunity] }))).map(({ value }) =>
    String(value),
  );
  await expectPromise(name, query, {
    community: [demoCommunity, 'other (1)'],
    device: [...new Set(devices)],
  });
  const other = await ask(expand(query, { community: ['another'], device: ['.*'] }));
  expect(other).toEqual([]);
});

test('the variables offer the community and its devices', async () => {
  expect(await ask(queryOf('community'))).toContainEqual({ key: 'community', value: demoCommunity });
  const devices = await ask(expand(queryOf('device'), { community: [demoCommunity] }));
  expect(devices.map(({ value }) => value)).toEqual(
    expect.arrayContaining(['watch-7', 'gate-b1u1', 'panel-b1']),
  );
});

function queryOf(variable: string): string {
  return dashboard.templating.list.find(({ name }) => name === variable)?.query ?? '';
}

function expand(query: string, variables: Record<string, string[]>): string {
  return expandGrafanaQuery(query, { from, to: Date.now() + 60_000, interval: '1m', variables });
}

async function expectPromise(
  name: string,
  query: string,
  variables: Record<string, string[]>,
): Promise<void> {
  const { columns = [], rows = [] } = promised[name] ?? {};
  const answer = await ask(expand(query, variables));
  expect(answer.length).toBeGreaterThan(0);
  expect(Object.keys(answer[0] ?? {}).toSorted()).toEqual(columns.toSorted());
  for (const row of rows) expect(answer).toContainEqual(expect.objectContaining(row));
}

/** Forty watches: one is not worn, one has a low battery. A watch not yet connected says nothing, so all say it again. */
async function liveWithWatches(): Promise<void> {
  const watches = Array.from({ length: 40 }, (_, index) =>
    connectWatch({ id: watchId(index), host: '127.0.0.1', port: underTest.ports.watch3gPort, now: Date.now }),
  );
  const heard = `SELECT count("n") AS "n" FROM
    (SELECT last("value") AS "n" FROM "reading" WHERE "quantity" = 'steps' AND "value" > 0 GROUP BY "device")`;
  await vi.waitFor(
    async () => {
      watches.forEach((watch, index) => {
        watch.keepAlive({ steps: 100 + index, battery: index === 13 ? 9 : 80 });
        watch.heartRate(index === 11 ? 0 : 70);
      });
      expect(await ask(heard)).toMatchObject([{ n: 40 }]);
    },
    { timeout: 30_000, interval: 500 },
  );
  await Promise.all(watches.map((watch) => watch.close()));
}

async function passGates(): Promise<void> {
  const gate = createGateTerminal({
    url: underTest.platform.devices.gateUrl,
    mac: gateMac(0),
    doorNo: 1,
    now: Date.now,
  });
  await gate.grantedByCard('17');
  await gate.deniedUnknownCard('4711');
  await gate.close();
}

/** Plays every scenario; one incident is resolved, another acknowledged alone. */
async function handleIncidents(): Promise<void> {
  const page = await underTest.openPage();
  const request = () => crypto.randomUUID();
  for (const [name, { send, fits }] of Object.entries(deviceScenarios)) {
    const device = send(underTest.platform.devices, () => undefined);
    const { id, attention } = await page.waitForIncident(fits, AbortSignal.timeout(20_000));
    await page.rest('POST', `/api/incidents/${id}/acknowledge`, { attention, request: request() });
    if (name === 'sos') {
      await page.rest('POST', `/api/incidents/${id}/resolve`, { outcome: 'real', request: request() });
    }
    await device.close();
  }
  page.close();
}

/** A second gateway that held a reading and an event for too long, and had to let seven records go. */
async function publishLateAndGap(): Promise<void> {
  const gateway = 'gw-late';
  const password = await underTest.addGateway(gateway);
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${underTest.ports.tcpPort}`, {
    username: `${demoCommunity}.${gateway}`,
    password,
  });
  const topic = (name: 'state' | 'telemetry') => buildTopic({ name, community: demoCommunity, gateway });
  const at = toTimestamp(Date.now() - 600_000);
  const birth: GatewayState = {
    schemaVersion,
    status: 'birth',
    session: randomBytes(8).toString('hex'),
    at: toTimestamp(Date.now()),
    held: [],
    heartbeatIntervalMs: 600_000,
  };
  const record = (sequence: number, body: TelemetryMessage['records'][number]['body']) => ({
    epoch: '9f86d081884c7d65',
    lane: 'telemetry' as const,
    sequence,
    device: `watch-3g:${watchId(30)}`,
    capturedAt: at,
    heldMs: 600_000,
    clock: { state: 'synchronized' as const },
    body,
  });
  const message: TelemetryMessage = {
    schemaVersion,
    records: [
      record(7, { type: 'gap', from: 1, reason: 'quota' }),
      record(8, { type: 'reading', quantity: 'heart-rate', value: 66, unit: '/min' }),
      record(9, { type: 'event', kind: 'fence-entered' }),
    ],
  };
  await client.publishAsync(topic('state'), JSON.stringify(birth), { qos: 1, retain: true });
  await client.publishAsync(topic('telemetry'), JSON.stringify(message), { qos: 1 });
  await client.endAsync();
}
