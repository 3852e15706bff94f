import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { supervise } from '#runtime/supervisor.ts';
import { demoCommunity } from '#simulators/community.ts';
import { type LoadPlan, loadAddresses, runLoadGateway } from '#simulators/load-gateway.ts';
import { type PlatformUnderTest, startPlatformUnderTest } from '#tests/platform-under-test.ts';
import { type Figure, report } from './report.ts';
import { measureCommits, measureStore } from './store-rate.ts';

/**
 * Readings from MQTT into the journal: each validated, resolved, deduplicated and synced to disk before it
 * is acknowledged; beside a subscriber that only reads the JSON and acknowledges.
 *
 * The whole platform runs, so the warning engine and the store read the same records meanwhile. Then what one commit
 * costs, what the store writes as a share of the official client alone, and the memory of ingest under an even load.
 */
const watches = 40;
const gateway = 'gw-load';
const forms = [
  { what: 'batched, 200 a message', batch: 200, total: 600_000, window: 64, reach: 0.5 },
  { what: 'one a message', batch: 1, total: 60_000, window: 2000, reach: 1.5 },
];

const planOf = (form: (typeof forms)[number]): Omit<LoadPlan, 'brokerUrl' | 'username' | 'password'> => ({
  community: demoCommunity,
  gateway,
  addresses: loadAddresses(watches, 0),
  batch: form.batch,
  total: form.total,
  window: form.window,
});
const rateOf = async (plan: LoadPlan) => {
  const { acknowledged, elapsedMs } = await runLoadGateway(plan);
  return Math.round((acknowledged / elapsedMs) * 1000);
};

const minutes = Number(process.env.BENCH_MINUTES ?? 10);
const memoryLoad = 2000;
const evenWatches = 1000;

const ours = await measurePlatform();
const bare = await measureBare();
const commits = measureCommits();
const store = await measureStore();
const rates: Figure[] = forms.map(({ what, reach }, index) => {
  const rate = ours.rates[index] ?? 0;
  const base = bare[index] ?? 1;
  return {
    what: `readings/s from MQTT into the journal, ${what}`,
    value: `${rate} /s`,
    baseline: `bare subscriber: ${base} /s (${Math.round((rate / base) * 100)} % of it)`,
    reach: `≥ ${Math.round(reach * 100)} % of it`,
    ok: rate >= reach * base,
  };
});
report(
  'bench:ingest',
  [
    ...rates,
    {
      what: 'commits /s of one record into the journal, synced',
      value: `${commits.journal} /s`,
      baseline: `bare append + fdatasync: ${commits.bare} /s`,
      reach: '≥ 25 % of it',
      ok: commits.journal >= commits.bare * 0.25,
    },
    {
      what: 'readings/s from the journal into InfluxDB',
      value: `${store.ours} /s`,
      baseline: `the official client with lines that are ready: ${store.client} /s (${Math.round((store.ours / store.client) * 100)} % of it)`,
      reach: '≥ 80 %',
      ok: store.ours >= store.client * 0.8,
    },
    {
      what: `memory of ingest over ${minutes} min at ${memoryLoad} readings/s of ${evenWatches} devices`,
      value: `${ours.memory.last} MiB at the end, most ${ours.memory.most} MiB`,
      baseline: `${ours.memory.first} MiB at most in the first tenth`,
      reach: '≤ 250 MiB, at most a fifth more than in the first tenth',
      ok: ours.memory.most <= 250 && ours.memory.last <= ours.memory.first * 1.2,
    },
    {
      what: 'memory of ingest at its most, at the full rates above',
      value: `${ours.peakMiB} MiB`,
      baseline: `${ours.memory.last} MiB at the end of the even load`,
      reach: '≤ 350 MiB',
      ok: ours.peakMiB <= 350,
    },
  ],
  `one load gateway, acknowledged window of ${forms.map(({ window }) => window).join(' and ')} messages, ${watches} devices`,
);

async function measurePlatform() {
  // One gateway stands for many here: its own limit of messages would be what is measured.
  const underTest = await startPlatformUnderTest({
    env: {
      BROKER_GATEWAY_MESSAGES_PER_S: '100000',
      BROKER_GATEWAY_BYTES_PER_S: '134217728',
      BROKER_TELEMETRY_BYTES_PER_S: '134217728',
    },
  });
  const password = await underTest.addGateway(gateway, loadAddresses(watches, 0));
  const brokerUrl = `mqtt://127.0.0.1:${underTest.ports.tcpPort}`;
  const rates: number[] = [];
  // Measured first: a heap that was large once does not become small again.
  const memory = await measureMemory(underTest);
  for (const form of forms) {
    rates.push(
      await rateOf({ ...planOf(form), brokerUrl, username: `${demoCommunity}.${gateway}`, password }),
    );
  }
  const peakMiB = memoryOf(underTest, 'VmHWM');
  await underTest.stop();
  return { rates, memory, peakMiB };
}

/** A figure of ingest's memory, in MiB: `VmRSS` as it is now, `VmHWM` at its most since the start. */
function memoryOf({ platform }: PlatformUnderTest, figure: 'VmRSS' | 'VmHWM'): number {
  const status = readFileSync(`/proc/${platform.processes.ingest?.pid}/status`, 'utf8');
  const [, kibibytes = ''] = new RegExp(`^${figure}:\\s+(\\d+)`, 'm').exec(status) ?? [];
  return Math.round(Number(kibibytes) / 1024);
}

/** Resident memory of ingest in MiB under an even load, its threads and their heaps included. */
async function measureMemory(underTest: PlatformUnderTest) {
  const ended = new AbortController();
  const load = runLoadGateway(
    {
      ...planOf({ what: '', batch: 100, total: Number.MAX_SAFE_INTEGER, window: 64, reach: 0 }),
      gateway: 'gw-even',
      addresses: loadAddresses(evenWatches, 1),
      brokerUrl: `mqtt://127.0.0.1:${underTest.ports.tcpPort}`,
      username: `${demoCommunity}.gw-even`,
      password: await underTest.addGateway('gw-even', loadAddresses(evenWatches, 1)),
      ratePerSecond: memoryLoad,
    },
    ended.signal,
  );
  const samples: number[] = [];
  for (let sample = 0; sample < 100; sample++) {
    await new Promise((resolve) => setTimeout(resolve, minutes * 600));
    samples.push(memoryOf(underTest, 'VmRSS'));
  }
  ended.abort();
  await load;
  return { first: Math.max(...samples.slice(0, 10)), last: samples.at(-1) ?? 0, most: Math.max(...samples) };
}

async function measureBare(): Promise<number[]> {
  const env = { PATH: process.env.PATH ?? '' };
  const child = (name: string, more: Record<string, string>) =>
    supervise({ name, file: join(import.meta.dirname, `${name}.ts`), env: { ...env, ...more } });
  const broker = child('bare-relay', { RELAY_ROLE: 'broker' });
  const brokerUrl = `mqtt://127.0.0.1:${(await broker.ready).port}`;
  const ingest = child('bare-ingest', { RELAY_BROKER_URL: brokerUrl });
  await ingest.ready;
  const rates: number[] = [];
  for (const form of forms) {
    rates.push(await rateOf({ ...planOf(form), brokerUrl, username: 'bare', password: 'bare' }));
  }
  await ingest.stop();
  await broker.stop();
  return rates;
}
