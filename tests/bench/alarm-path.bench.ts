import { join, resolve } from 'node:path';
import mqtt from 'mqtt';
import { io } from 'socket.io-client';
import { buildPages } from '#provisioning/build-pages.ts';
import { supervise } from '#runtime/supervisor.ts';
import { type PlatformUnderTest, startPlatformUnderTest } from '#tests/platform-under-test.ts';
import { type AlarmFlowPlan, flowAlarms, type MeasuredAlarm, openLoop } from './alarm-flow.ts';
import { createHopReader, tracingEnv } from './alarm-hops.ts';
import { openBareCommit } from './bare-commit.ts';
import { openPaintedPage, type Painted } from './painted-page.ts';
import { type Percentiles, percentilesOf } from './percentiles.ts';
import { report } from './report.ts';

/**
 * From the first byte of an alarm at the gateway to the update on a page's socket: alone, with 5,000 readings/s beside
 * it, and then, with a console open in Chromium, to the card painted on it. Beside it a bare relay MQTT → socket under
 * the same background, which keeps nothing and paints nothing, and the disk's own commit.
 *
 * Every process tells at level debug what it has done with each alarm, so each hop is measured by itself. Alarms come at
 * an even open-loop rate; one clock measures both ends, Chromium's being compared with it first. `--no-page` leaves
 * Chromium out.
 */
const plan: AlarmFlowPlan = {
  alarms: Number(process.env.BENCH_ALARMS ?? 400),
  warmupAlarms: 40,
  alarmsPerSecond: 10,
  watches: 40,
  readingsPerSecond: 5000,
};

const commit = await measureCommit();
const relay = await measureRelay();
const { alone, beside, page, hops } = await measurePlatform();
const show = ({ p50, p95, p99, max }: Percentiles) => `p50 ${p50}, p95 ${p95}, p99 ${p99}, max ${max} ms`;
const floorMs = relay.p50 + 4 * commit.p50;
const floor = `bare relay ${show(relay)}; with 4 synced commits ${floorMs.toFixed(1)} ms`;
const times = (path: Percentiles) => `${(path.p50 / floorMs).toFixed(1)} ×`;
report(
  'bench:alarm-path',
  [
    {
      what: 'SOS bytes → page socket, nothing beside it',
      value: show(alone),
      baseline: `${times(alone)} of: ${floor}`,
      reach: 'p50 ≤ 2 × relay and 4 commits',
      ok: alone.p50 <= 2 * floorMs,
    },
    {
      what: `SOS bytes → page socket, ${plan.readingsPerSecond} readings/s`,
      value: show(beside),
      baseline: `${times(beside)} of the same`,
      reach: 'p50 ≤ 8, p99 ≤ 30 ms, p50 ≤ 2.5 × relay and 4 commits',
      ok: beside.p50 <= 8 && beside.p99 <= 30 && beside.p50 <= 2.5 * floorMs,
    },
    ...(page
      ? [
          {
            what: 'fall bytes → card painted by Chromium',
            value: show(page.painted),
            baseline: `page socket, same alarms: ${show(page.socket)}`,
            reach: 'p99 ≤ 60 ms',
            ok: page.painted.p99 <= 60 && page.painted.count === page.socket.count,
          },
        ]
      : []),
    ...hops.map(({ to, alone, beside }) => ({
      what: `hop: ${to}`,
      value: `p50 ${beside.p50}, p95 ${beside.p95} ms`,
      baseline: `nothing beside it: p50 ${alone.p50}, p95 ${alone.p95} ms; commit p50 ${commit.p50}, p95 ${commit.p95} ms`,
      reach: '',
      ok: true,
    })),
  ],
  `${alone.count} and ${beside.count} alarms at ${plan.alarmsPerSecond}/s from ${plan.watches} watches, readings in batches of 200${
    page
      ? `; ${page.painted.count} to a page whose clock was compared to ± ${page.clockErrorMs.toFixed(1)} ms`
      : ''
  }`,
);

async function measurePlatform() {
  await buildPages(resolve(import.meta.dirname, '../..'));
  const hopReader = createHopReader();
  const underTest = await startPlatformUnderTest({ env: tracingEnv, onOutput: hopReader.onOutput });
  try {
    const alone = await flowAlarms(underTest, { ...plan, readingsPerSecond: 0 }, 'sos');
    const beside = await flowAlarms(underTest, plan, 'sos');
    const page = process.argv.includes('--no-page') ? undefined : await measurePage(underTest);
    const aloneHops = hopReader.hopsOf(alone);
    return {
      alone: percentilesOf(alone.map(({ sentAt, heardAt }) => heardAt - sentAt)),
      beside: percentilesOf(beside.map(({ sentAt, heardAt }) => heardAt - sentAt)),
      page,
      hops: hopReader.hopsOf(beside).flatMap(({ to, times }) => {
        const other = aloneHops.find((hop) => hop.to === to);
        return other ? [{ to, beside: times, alone: other.times }] : [];
      }),
    };
  } finally {
    await underTest.stop();
  }
}

async function measurePage(underTest: PlatformUnderTest) {
  const { login = '', password = '' } = underTest.secrets.demo ?? {};
  const page = await openPaintedPage({ url: underTest.platform.url, login, password });
  const alarms = await flowAlarms(underTest, plan, 'fall');
  const durations = await paintedAll(page, alarms);
  await page.close();
  return {
    socket: percentilesOf(alarms.map(({ sentAt, heardAt }) => heardAt - sentAt)),
    painted: percentilesOf(durations),
    clockErrorMs: page.clockErrorMs,
  };
}

/** At the rate of the alarms: a disk that was asked a moment ago answers in half the time of one that was not. */
async function measureCommit(): Promise<Percentiles> {
  const bare = openBareCommit();
  const times: number[] = [];
  await openLoop(100, plan.alarmsPerSecond, () => times.push(bare.time()));
  bare.close();
  return percentilesOf(times);
}

/** From first byte to paint of each alarm; an alarm is painted with the first card that counts it. */
async function paintedAll(
  page: { painted(): Promise<Painted[]> },
  alarms: MeasuredAlarm[],
): Promise<number[]> {
  const deadline = performance.now() + 5000;
  for (;;) {
    const byIncident = Map.groupBy(await page.painted(), ({ incident }) => incident);
    const durations = alarms.flatMap(({ incident, alarms: count, sentAt }) => {
      const painted = byIncident.get(incident)?.find((record) => record.alarms >= count);
      return painted ? [painted.at - sentAt] : [];
    });
    if (durations.length === alarms.length) return durations;
    if (performance.now() > deadline) {
      throw new Error(`${alarms.length - durations.length} of ${alarms.length} alarms were never painted`);
    }
    await new Promise((wait) => setTimeout(wait, 100));
  }
}

async function measureRelay(): Promise<Percentiles> {
  const file = join(import.meta.dirname, 'bare-relay.ts');
  const env = { PATH: process.env.PATH ?? '' };
  const broker = supervise({ name: 'bare-broker', file, env: { ...env, RELAY_ROLE: 'broker' } });
  const url = `mqtt://127.0.0.1:${(await broker.ready).port}`;
  const relay = supervise({ name: 'bare-relay', file, env: { ...env, RELAY_BROKER_URL: url } });
  const socket = io(`http://127.0.0.1:${(await relay.ready).port}`, { transports: ['websocket'] });
  await new Promise<void>((resolve) => socket.once('connect', resolve));
  const client = await mqtt.connectAsync(url);
  const durations: number[] = [];
  socket.on('alarm', (text: string) => durations.push(performance.now() - Number(text)));
  const batch = Buffer.alloc(60_000, 'x');
  const background = setInterval(
    () => client.publish('telemetry', batch, { qos: 1 }),
    200_000 / plan.readingsPerSecond,
  );
  await openLoop(plan.warmupAlarms + plan.alarms, plan.alarmsPerSecond, (number) => {
    if (number === plan.warmupAlarms) durations.length = 0;
    client.publish('alarm', String(performance.now()), { qos: 1 });
  });
  clearInterval(background);
  await client.endAsync();
  socket.close();
  await relay.stop();
  await broker.stop();
  return percentilesOf(durations);
}
