import { join, resolve } from 'node:path';
import mqtt from 'mqtt';
import { io } from 'socket.io-client';
import { buildPages } from '#provisioning/build-pages.ts';
import { supervise } from '#runtime/supervisor.ts';
import { startPlatformUnderTest } from '#tests/platform-under-test.ts';
import { type AlarmFlowPlan, flowAlarms, type MeasuredAlarm, openLoop } from './alarm-flow.ts';
import { openPaintedPage, type Painted } from './painted-page.ts';
import { type Percentiles, percentilesOf } from './percentiles.ts';
import { report } from './report.ts';

/**
 * From the first byte of an alarm at the gateway to the update on a page's socket, and then, with a console
 * open in Chromium, to the card painted on it; 5,000 readings/s in the background. Beside it a bare relay
 * MQTT → socket under the same background, which keeps nothing and paints nothing.
 *
 * Alarms come at an even open-loop rate; one clock measures both ends, Chromium's being compared with it first.
 */
const plan: AlarmFlowPlan = {
  alarms: Number(process.env.BENCH_ALARMS ?? 400),
  warmupAlarms: 40,
  alarmsPerSecond: 10,
  watches: 40,
  readingsPerSecond: 5000,
};

const platform = await measurePlatform();
const relay = await measureRelay();
const show = ({ p50, p95, p99, max }: Percentiles) => `p50 ${p50}, p95 ${p95}, p99 ${p99}, max ${max} ms`;
const { socket, besidePage, painted } = platform;
report(
  'bench:alarm-path',
  [
    {
      what: 'SOS bytes → page socket',
      value: show(socket),
      baseline: `bare relay: ${show(relay)}`,
      reach: 'p50 ≤ 12, p99 ≤ 60 ms',
      ok: socket.p50 <= 12 && socket.p99 <= 60,
    },
    {
      what: 'fall bytes → card painted by Chromium',
      value: show(painted),
      baseline: `page socket, same alarms: ${show(besidePage)}`,
      reach: 'p99 ≤ 100 ms',
      ok: painted.p99 <= 100 && painted.count === besidePage.count,
    },
  ],
  `${socket.count} and ${painted.count} alarms at ${plan.alarmsPerSecond}/s from ${plan.watches} watches, ${plan.readingsPerSecond} readings/s in batches of 200 beside them; clocks of page and bench compared to ± ${platform.clockErrorMs.toFixed(1)} ms`,
);

async function measurePlatform() {
  await buildPages(resolve(import.meta.dirname, '../..'));
  const underTest = await startPlatformUnderTest();
  try {
    const alone = await flowAlarms(underTest, plan, 'sos');
    const { login = '', password = '' } = underTest.secrets.demo ?? {};
    const page = await openPaintedPage({ url: underTest.platform.url, login, password });
    const alarms = await flowAlarms(underTest, plan, 'fall');
    const records = await paintedAll(page, alarms);
    await page.close();
    return {
      socket: percentilesOf(alone.map(({ sentAt, heardAt }) => heardAt - sentAt)),
      besidePage: percentilesOf(alarms.map(({ sentAt, heardAt }) => heardAt - sentAt)),
      painted: percentilesOf(records),
      clockErrorMs: page.clockErrorMs,
    };
  } finally {
    await underTest.stop();
  }
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
