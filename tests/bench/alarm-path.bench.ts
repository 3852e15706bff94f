import { join } from 'node:path';
import mqtt from 'mqtt';
import { io } from 'socket.io-client';
import type { LiveUpdate } from '#contracts/socket-events.ts';
import { supervise } from '#runtime/supervisor.ts';
import { demoCommunity, watchId } from '#simulators/community.ts';
import { connectWatch } from '#simulators/devices/watch.ts';
import { runLoadGateway } from '#simulators/load-gateway.ts';
import { startPlatformUnderTest } from '#tests/platform-under-test.ts';
import { type Percentiles, percentilesOf } from './percentiles.ts';
import { report } from './report.ts';

/**
 * From the first byte of an SOS at the gateway to the update on a page's socket, with 5,000 readings/s in
 * the background; beside a bare relay MQTT → socket under the same background, which does nothing else.
 *
 * Alarms come at an even open-loop rate, whatever the platform does; one clock measures both ends.
 */
const alarms = Number(process.env.BENCH_ALARMS ?? 400);
const alarmsPerSecond = 10;
const readingsPerSecond = 5000;
const watches = 40;
const warmupAlarms = 40;

const platform = await measurePlatform();
const relay = await measureRelay();
const show = ({ p50, p95, p99, max }: Percentiles) => `p50 ${p50}, p95 ${p95}, p99 ${p99}, max ${max} ms`;
report(
  'bench:alarm-path',
  [
    {
      what: 'SOS bytes → page socket',
      value: show(platform),
      baseline: `bare relay: ${show(relay)}`,
      reach: 'p50 ≤ 12, p99 ≤ 60 ms',
      ok: platform.p50 <= 12 && platform.p99 <= 60,
    },
  ],
  `${platform.count} alarms at ${alarmsPerSecond}/s from ${watches} watches, ${readingsPerSecond} readings/s in batches of 200 beside them`,
);

async function measurePlatform(): Promise<Percentiles> {
  const underTest = await startPlatformUnderTest();
  const page = await underTest.openPage();
  const sent = new Map<string, number>();
  const durations: number[] = [];
  const dwellingOf = new Map<string, string | undefined>();
  const { devices } = await page.rest<{ devices: { id: string; dwelling?: string }[] }>(
    'GET',
    '/api/devices',
  );
  for (const { id, dwelling } of devices) dwellingOf.set(id, dwelling);
  page.onUpdate((update: LiveUpdate) => {
    if (update.type !== 'incident') return;
    const at = performance.now();
    for (const { type, observedAt } of update.timeline) {
      const name = `${update.incident.place.dwelling} ${observedAt}`;
      const sentAt = sent.get(name);
      if (type !== 'alarm' || sentAt === undefined) continue;
      durations.push(at - sentAt);
      sent.delete(name);
    }
  });

  const stopLoad = new AbortController();
  const load = runLoadGateway(
    {
      brokerUrl: `mqtt://127.0.0.1:${underTest.ports.tcpPort}`,
      username: `${demoCommunity}.gw-load`,
      password: await underTest.addGateway('gw-load'),
      community: demoCommunity,
      gateway: 'gw-load',
      addresses: Array.from({ length: watches }, (_, index) => `watch-3g:${watchId(index)}`),
      batch: 200,
      total: Number.MAX_SAFE_INTEGER,
      ratePerSecond: readingsPerSecond,
    },
    stopLoad.signal,
  );
  const devicesOnline = Array.from({ length: watches }, (_, index) =>
    connectWatch({ id: watchId(index), host: '127.0.0.1', port: underTest.ports.watch3gPort, now: Date.now }),
  );
  const startedAt = Date.now() - 400_000;
  await openLoop(warmupAlarms + alarms, alarmsPerSecond, (number) => {
    if (number === warmupAlarms) durations.length = 0;
    const index = number % watches;
    // Device times over a minute apart, so that every press is an alarm of its own.
    const observedAt = Math.floor((startedAt + Math.floor(number / watches) * 61_000) / 1000) * 1000;
    sent.set(`${dwellingOf.get(`watch-${index + 1}`)} ${observedAt}`, performance.now());
    void devicesOnline[index]?.raise(0x0001_0000, observedAt);
  });
  const deadline = performance.now() + 10_000;
  while (sent.size > 0 && performance.now() < deadline)
    await new Promise((resolve) => setTimeout(resolve, 50));
  if (sent.size > 0) throw new Error(`${sent.size} alarms did not reach the page within 10 s`);
  stopLoad.abort();
  await load;
  for (const device of devicesOnline) await device.close();
  page.close();
  await underTest.stop();
  return percentilesOf(durations);
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
    200_000 / readingsPerSecond,
  );
  await openLoop(warmupAlarms + alarms, alarmsPerSecond, (number) => {
    if (number === warmupAlarms) durations.length = 0;
    client.publish('alarm', String(performance.now()), { qos: 1 });
  });
  clearInterval(background);
  await client.endAsync();
  socket.close();
  await relay.stop();
  await broker.stop();
  return percentilesOf(durations);
}

async function openLoop(count: number, perSecond: number, act: (number: number) => void): Promise<void> {
  const startedAt = performance.now();
  for (let number = 0; number < count; number++) {
    const waitMs = startedAt + (number * 1000) / perSecond - performance.now();
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
    act(number);
  }
}
