import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { startInfluxd } from '#ingest/store/influx/influxd.ts';
import { provisionCommunity } from '#provisioning/prepare.ts';
import { createDemoPlan, demoCommunity, hostedGateway, watchId } from '#simulators/community.ts';
import { connectWatch } from '#simulators/devices/watch.ts';
import { type LoadResult, loadAddresses, runLoadGateway } from '#simulators/load-gateway.ts';
import { type PlatformUnderTest, startPlatformUnderTest } from '#tests/platform-under-test.ts';
import { accountForAlarms, pause } from '../account-for-alarms.ts';
import type { Accounts } from '../kill-result.ts';
import { startFaultyProxy } from './faulty-proxy.ts';
import { mountSmallDisk } from './small-disk.ts';
import { type StoreUnderFault, storeFaults } from './store-faults.ts';

/** What a run offers and what it does to the store and to ingest meanwhile. */
export interface IngestFaultPlan {
  readingsPerSecond: number;
  alarmsPerSecond: number;
  /** How long each fault of the store lasts, in ms. */
  faultMs: number;
  /** Kills of ingest after those. */
  kills: number;
  /** Longest time ingest is left alone once it is back, in ms. */
  longestLifeMs: number;
  random: () => number;
  onProgress?: (what: string) => void;
}

/** What became of everything that was offered. */
export interface IngestFaultResult {
  readings: {
    offered: number;
    acknowledged: number;
    stored: number;
    /** Set aside by the store writer, each with its reason. */
    refused: Record<string, number>;
    /** Records that gaps tell of. */
    inGaps: number;
  };
  alarms: Accounts & { offered: number; keptData?: string };
  kills: number;
  faults: string[];
}

const watches = 40;
const gateway = 'gw-load';
/** Alarm bits in turn: SOS, fall, vital signs, watch taken off. */
const alarmBits = [0x0001_0000, 0x0020_0000, 0x0040_0000, 0x0010_0000];
/** Seconds after which a watch raises the same kind again. */
const againAfterS = 64;
const firstAlarmWatch = 1000;
/** One reading in so many is older than the store keeps: refused by the server in the middle of a good batch. */
const everyAncient = 997;
const keptDays = 30;
const ancientMs = 400 * 86_400_000;
const longestDrainMs = 300_000;

/** Lets readings and alarms flow while the store and ingest are broken in every way, then counts. */
export async function runIngestFaults(plan: IngestFaultPlan): Promise<IngestFaultResult> {
  const root = mkdtempSync(join(tmpdir(), 'influx-'));
  const influxDir = join(root, 'data');
  mkdirSync(influxDir);
  const disk = mountSmallDisk(influxDir, 512);
  const influxd = await startInfluxd({ dataDir: influxDir });
  const store = { influxd, influxDir, disk } as StoreUnderFault;
  store.proxy = await startFaultyProxy(() => store.influxd.url);
  const underTest = await startPlatformUnderTest({
    store: {
      STORE_KIND: 'influx',
      STORE_INFLUX_URL: store.proxy.url,
      STORE_RETRY_MAX_MS: '500',
      STORE_TIMEOUT_MS: '1500',
    },
  });
  Object.assign(store, { dataDir: underTest.dataDir, startedAt: Date.now() });
  try {
    await keepOnly(store, keptDays);
    const alarmWatches = await addAlarmWatches(underTest, plan);
    const ended = new AbortController();
    const load = startLoad(underTest, plan, ended.signal);
    const alarms = startAlarms(underTest, { plan, watches: alarmWatches }, ended.signal);
    for (const fault of storeFaults) {
      plan.onProgress?.(`store ${fault.name}`);
      await fault.begin(store);
      await pause(plan.faultMs);
      await fault.heal(store);
      if (fault.name === 'restarted empty') await keepOnly(store, keptDays);
      await untilDrained(underTest);
    }
    const kills = await killIngest(underTest, plan);
    ended.abort();
    const [loaded, offered] = [await load, await alarms];
    await untilDrained(underTest);
    return {
      readings: { ...(await countReadings(store, loaded)), ...refusedIn(underTest.dataDir) },
      alarms: {
        offered: offered.size,
        ...(await accountForAlarms(underTest, offered, ({ observedAt = 0, address }) =>
          nameOf(address.slice(address.indexOf(':') + 1), observedAt),
        )),
      },
      kills,
      faults: storeFaults.map(({ name }) => name),
    };
  } finally {
    await underTest.stop();
    await store.proxy.close();
    await store.influxd.stop('SIGKILL');
    disk.unmount();
    rmSync(root, { recursive: true, force: true });
  }
}

/** The server refuses what is older, as its retention says: a real partial write. */
async function keepOnly(store: StoreUnderFault, days: number): Promise<void> {
  await ask(store, 'CREATE DATABASE shouwang');
  await ask(store, `ALTER RETENTION POLICY autogen ON shouwang DURATION ${days}d`);
}

/** Readings at an even rate, resent until acknowledged; it ends once all are. */
function startLoad(underTest: PlatformUnderTest, plan: IngestFaultPlan, signal: AbortSignal) {
  const addresses = loadAddresses(watches, 0);
  const run = async (): Promise<LoadResult> =>
    runLoadGateway({
      brokerUrl: `mqtt://127.0.0.1:${underTest.ports.tcpPort}`,
      username: `${demoCommunity}.${gateway}`,
      password: await underTest.addGateway(gateway, addresses),
      community: demoCommunity,
      gateway,
      addresses,
      batch: 100,
      total: Number.MAX_SAFE_INTEGER,
      ratePerSecond: plan.readingsPerSecond,
      resendAfterMs: 2000,
      capturedAt: (sequence) => Date.now() - (sequence % everyAncient === 0 ? ancientMs : 0),
      isOver: () => signal.aborted,
    });
  return run();
}

/** Alarms from watches, each until it is answered; settles with the names of all. */
async function startAlarms(
  underTest: PlatformUnderTest,
  { plan, watches: ids }: { plan: IngestFaultPlan; watches: readonly string[] },
  signal: AbortSignal,
): Promise<Set<string>> {
  const offered = new Set<string>();
  const all = ids.map((id) =>
    connectWatch({ id, host: '127.0.0.1', port: underTest.ports.watch3gPort, now: Date.now }),
  );
  const underWay = new Map<number, Promise<unknown>>();
  for (let number = 0; !signal.aborted; number++) {
    await pause(1000 / plan.alarmsPerSecond);
    const index = number % all.length;
    await underWay.get(index);
    const at = Math.floor(Date.now() / 1000) * 1000;
    offered.add(nameOf(ids[index] as string, at));
    const bits = alarmBits[Math.floor(number / all.length) % alarmBits.length] as number;
    underWay.set(index, all[index]?.raise(bits, at) ?? Promise.resolve());
  }
  await Promise.all(underWay.values());
  for (const watch of all) await watch.close();
  return offered;
}

/** Watches of nobody, so many that none raises the same kind twice within a minute: that would be a repeat. */
async function addAlarmWatches(
  { dataDir }: PlatformUnderTest,
  { alarmsPerSecond }: IngestFaultPlan,
): Promise<string[]> {
  const count = Math.ceil((alarmsPerSecond * againAfterS) / alarmBits.length);
  const community = createDemoPlan();
  const ids = Array.from({ length: count }, (_, index) => watchId(firstAlarmWatch + index));
  for (const id of ids) {
    community.devices.push({
      id: `alarm-watch-${id}`,
      gateway: hostedGateway,
      address: `watch-3g:${id}`,
      class: 'watch',
      name: '手表',
    });
  }
  await provisionCommunity(dataDir, community);
  return ids;
}

async function killIngest({ platform }: PlatformUnderTest, plan: IngestFaultPlan): Promise<number> {
  const process = platform.processes.ingest;
  if (!process) throw new Error('ingest is not running');
  for (let kill = 1; kill <= plan.kills; kill++) {
    await pause(plan.longestLifeMs * plan.random());
    const back = process.nextReady();
    process.kill('SIGKILL');
    await back;
    if (kill % 10 === 0) plan.onProgress?.(`ingest killed ${kill} times`);
  }
  return plan.kills;
}

/** Waits until the store has taken what the journal held when it was asked. */
async function untilDrained({ platform }: PlatformUnderTest): Promise<void> {
  const health = async () => {
    const response = await fetch(`http://127.0.0.1:${platform.ready.ingest.healthPort}/health`);
    const { detail } = (await response.json()) as {
      detail: { newest: number; store?: { position: number; failing: boolean } };
    };
    return detail;
  };
  const deadline = Date.now() + longestDrainMs;
  // A request to write again is taken up within a poll of the store writer.
  await pause(500);
  const { newest } = await health();
  for (;;) {
    const { store } = await health();
    if (store && !store.failing && store.position >= newest) return;
    if (Date.now() > deadline) throw new Error(`the store is at ${JSON.stringify(store)} of ${newest}`);
    await pause(200);
  }
}

async function countReadings(store: StoreUnderFault, { published, acknowledged }: LoadResult) {
  const count = async (q: string) => Number((await ask(store, q))[0]?.[1] ?? 0);
  return {
    offered: published,
    acknowledged,
    stored: await count("SELECT count(value) FROM reading WHERE quantity = 'heart-rate'"),
    inGaps: await count('SELECT sum(records) FROM (SELECT "to" - "from" + 1 AS records FROM gap)'),
  };
}

/** Reasons of what the store writer set aside, without what differs from one to the next. */
function refusedIn(dataDir: string): Pick<IngestFaultResult['readings'], 'refused'> {
  const db = new DatabaseSync(join(dataDir, 'store.db'), { readOnly: true });
  const refused: Record<string, number> = {};
  for (const { reason } of db.prepare('SELECT reason FROM refused').all()) {
    const known = /points beyond retention policy/.exec(String(reason))?.[0] ?? String(reason);
    refused[known] = (refused[known] ?? 0) + 1;
  }
  db.close();
  return { refused };
}

async function ask({ influxd }: StoreUnderFault, q: string): Promise<(string | number)[][]> {
  const response = await fetch(`${influxd.url}/query?${new URLSearchParams({ db: 'shouwang', q })}`, {
    method: 'POST',
  });
  const { results } = (await response.json()) as {
    results: { series?: { values: (string | number)[][] }[] }[];
  };
  return results[0]?.series?.[0]?.values ?? [];
}

function nameOf(watch: string, at: number): string {
  return `${watch} at ${new Date(at).toISOString()}`;
}
