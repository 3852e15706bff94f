import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { readBootId, sinceBootMs } from '#edge/boot.ts';
import { createGatewayClock } from '#edge/clock.ts';
import { createCounters } from '#edge/counters.ts';
import { openGatewayFolder } from '#edge/gateway-folder.ts';
import { Outbox } from '#edge/outbox/outbox.ts';
import { provisionCommunity } from '#provisioning/prepare.ts';
import { silentLog } from '#runtime/log.ts';
import { supervise } from '#runtime/supervisor.ts';
import { createDemoPlan, demoCommunity } from '#simulators/community.ts';
import { type PlatformUnderTest, startPlatformUnderTest } from '#tests/platform-under-test.ts';
import { flowAlarms } from './alarm-flow.ts';
import { percentilesOf } from './percentiles.ts';
import { report } from './report.ts';

/**
 * A gateway of 1,000 devices comes back after 72 h without its platform: a reading a minute of each and 1,000 alarms,
 * in the outbox of a real agent, are drained while another gateway's alarms are live.
 *
 * Beside it what the same platform takes from a load gateway that keeps nothing on disk.
 */
const hours = Number(process.env.BENCH_HOURS ?? 72);
const devices = Number(process.env.BENCH_DEVICES ?? 1000);
const alarms = Number(process.env.BENCH_ALARMS ?? 1000);
const liveAlarms = 600;
const gateway = 'gw-backlog';
const minuteMs = 60_000;
const readings = hours * 60 * devices;
const maxDrainMs = (15 * minuteMs * hours * devices) / 72_000;
const addressOf = (index: number) => `watch-3g:8${String(index).padStart(9, '0')}`;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const underTest = await startPlatformUnderTest();
try {
  await run(underTest);
} finally {
  await underTest.stop();
}

async function run({ dataDir, ports, addGateway }: PlatformUnderTest): Promise<void> {
  const community = createDemoPlan();
  community.gateways.push({ id: gateway, name: '积压网关' });
  for (let index = 0; index < devices; index++) {
    community.devices.push({
      id: `backlog-${index}`,
      gateway,
      address: addressOf(index),
      class: 'watch',
      name: '手表',
    });
  }
  await provisionCommunity(dataDir, community);
  const password = await addGateway(gateway);
  fillOutbox(dataDir);

  const live = flowAlarms(
    underTest,
    { alarms: liveAlarms, warmupAlarms: 20, alarmsPerSecond: 5, watches: 40, readingsPerSecond: 0 },
    'sos',
  );
  const startedAt = performance.now();
  const edge = supervise({
    name: 'edge-backlog',
    file: resolve(import.meta.dirname, '../../edge/main.ts'),
    env: {
      PATH: process.env.PATH ?? '',
      EDGE_DATA_DIR: dataDir,
      EDGE_COMMUNITY: demoCommunity,
      EDGE_GATEWAY: gateway,
      EDGE_BROKER_URL: `mqtt://127.0.0.1:${ports.tcpPort}`,
      EDGE_PASSWORD: password,
      EDGE_HEALTH_PORT: '0',
      EDGE_WATCH3G_PORT: '0',
      EDGE_GB26875_ENABLED: 'false',
      EDGE_LOG_LEVEL: 'silent',
    },
  });
  const { healthPort } = await edge.ready;
  await until(async () => (await held(Number(healthPort))) === 0, maxDrainMs * 3);
  const drainedMs = performance.now() - startedAt;
  await edge.stop();
  const found = await untilStored(dataDir, maxDrainMs * 3);
  const storedMs = performance.now() - startedAt;
  const measured = await live;
  const { p50, p95, p99, max } = percentilesOf(measured.map(({ heardAt, sentAt }) => heardAt - sentAt));
  const toJournal = percentilesOf(measured.map(({ journalledAt, sentAt }) => journalledAt - sentAt));
  const seconds = (ms: number) => `${Math.round(ms / 1000)} s`;
  const isWhole = found.readings === readings && found.alarms === alarms && found.lines === alarms;
  report(
    'bench:backlog',
    [
      {
        what: `${readings} readings and ${alarms} alarms of ${hours} h drained from the outbox`,
        value: `${seconds(drainedMs)}, ${Math.round((readings / drainedMs) * 1000)} readings/s`,
        baseline: `in the store after ${seconds(storedMs)}`,
        reach: `≤ ${seconds(maxDrainMs)}`,
        ok: drainedMs <= maxDrainMs,
      },
      {
        what: 'exact counts',
        value: `stored readings ${found.readings}, alarms ${found.alarms}, lines on timelines ${found.lines}`,
        baseline: `offered ${readings} and ${alarms}`,
        reach: 'equal',
        ok: isWhole,
      },
      {
        what: 'live alarm → page socket meanwhile',
        value: `p50 ${p50}, p95 ${p95}, p99 ${p99}, max ${max} ms`,
        baseline: `${measured.length} alarms at 5/s over ${liveAlarms / 5} s from the beginning of the drain; to the journal p50 ${toJournal.p50}, p99 ${toJournal.p99} ms`,
        reach: 'p99 ≤ 250 ms',
        ok: p99 <= 250,
      },
    ],
    `${devices} devices, a reading a minute each; BENCH_HOURS, BENCH_DEVICES and BENCH_ALARMS change it`,
  );
}

/** Fills the outbox as an agent would have over the hours, by a clock that lies so far back. */
function fillOutbox(dataDir: string): void {
  let backMs = hours * 3_600_000;
  const outbox = new Outbox({
    directory: openGatewayFolder({ dataDir, community: demoCommunity, gateway, log: silentLog() }),
    gateway,
    boot: readBootId(),
    clock: {
      ...createGatewayClock({
        system: () => Date.now() - backMs,
        monotonic: () => sinceBootMs() - backMs,
      }),
      state: () => ({ state: 'synchronized' }),
    },
    counters: createCounters(),
    log: silentLog(),
    alarmQuotaBytes: 2 ** 28,
    alarmReserveBytes: 65_536,
    telemetryQuotaBytes: 2 ** 32,
    telemetryFlushMs: 50,
  });
  const minutes = hours * 60;
  let raised = 0;
  for (let minute = 0; minute < minutes; minute++) {
    backMs = (minutes - minute) * minuteMs;
    for (let index = 0; index < devices; index++) {
      outbox.accept([
        {
          device: addressOf(index),
          body: { type: 'reading', quantity: 'heart-rate', value: 60 + (minute % 40), unit: '/min' },
        },
      ]);
    }
    for (; raised < ((minute + 1) * alarms) / minutes; raised++) {
      outbox.accept([{ device: addressOf(raised % devices), body: { type: 'event', kind: 'sos' } }]);
    }
    if (minute % 360 === 0) console.error(`outbox filled up to hour ${minute / 60}`);
  }
  outbox.close();
}

async function held(healthPort: number): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${healthPort}/metrics`);
  const text = await response.text();
  const depths = [...text.matchAll(/^edge_outbox_\w+_records (\d+)/gm)].map(([, value]) => Number(value));
  if (depths.length === 0) throw new Error('the agent tells no depth of its outbox');
  return depths.reduce((sum, depth) => sum + depth, 0);
}

/** What stands of the backlog in the store and on timelines, once nothing more comes. */
async function untilStored(dataDir: string, longestMs: number) {
  const store = new DatabaseSync(join(dataDir, 'store.db'), { readOnly: true });
  const incidents = new DatabaseSync(join(dataDir, 'incidents.db'), { readOnly: true });
  const count = (db: DatabaseSync, sql: string) => Number(db.prepare(sql).get()?.found);
  const read = () => ({
    readings: count(store, "SELECT count(*) AS found FROM reading WHERE device LIKE 'backlog-%'"),
    alarms: count(
      store,
      "SELECT count(*) AS found FROM event WHERE device LIKE 'backlog-%' AND kind = 'sos'",
    ),
    lines: count(
      incidents,
      "SELECT count(*) AS found FROM timeline WHERE subject LIKE 'backlog-%' AND type = 'alarm'",
    ),
  });
  let found = read();
  await until(async () => {
    found = read();
    return found.readings >= readings && found.alarms >= alarms && found.lines >= alarms;
  }, longestMs).catch(() => undefined);
  store.close();
  incidents.close();
  return found;
}

async function until(isSo: () => Promise<boolean>, longestMs: number): Promise<void> {
  for (const deadline = performance.now() + longestMs; ; ) {
    if (await isSo()) return;
    if (performance.now() > deadline) throw new Error(`not within ${Math.round(longestMs / 1000)} s`);
    await pause(1000);
  }
}
