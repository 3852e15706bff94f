import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTestRegistry } from '#broker/testing/test-broker.ts';
import { buildFilter, buildTopic } from '#contracts/topics.ts';
import { nodeFlags } from '#provisioning/node-flags.ts';
import { supervise } from '#runtime/supervisor.ts';
import { startMosquitto } from '#tests/mosquitto.ts';
import type { BrokerLoad, LoadClient, LoadResult } from './broker-load.ts';
import { type Figure, report } from './report.ts';

/**
 * Messages a second from three gateways to ingest through our broker, beside Aedes alone and mosquitto: QoS 1, each
 * broker in a process of its own, the clients together in another, so that the broker's core is what is measured.
 *
 * The brokers take turns, and a round's ratio is of figures a few seconds apart: a machine busy with something else
 * slows all three.
 */
const sizes = [
  { what: '200 B', payloadBytes: 200, window: 200, reach: 0.95 },
  { what: '16 KiB', payloadBytes: 16_384, window: 16, reach: 0.85 },
];
const rounds = Number(process.env.BENCH_ROUNDS ?? 9);
const measureMs = Number(process.env.BENCH_SECONDS ?? 2) * 1000;
const warmUpMs = 500;

interface BrokerUnderTest {
  name: 'ours' | 'aedes' | 'mosquitto';
  pid: number;
  port: number;
  stop(): Promise<unknown>;
}
interface Round {
  rate: number;
  /** Of the broker's process, user and system. */
  cpuUs: number;
}

const gateways = [
  { community: 'c1', gateway: 'gw1' },
  { community: 'c1', gateway: 'gw2' },
  { community: 'c2', gateway: 'gw1' },
];
const registry = await createTestRegistry();
const brokers = [await startOurs(), await startAedes(), await startBareMosquitto()];
const figures: Figure[] = [];
for (const size of sizes) figures.push(await measure(size));
for (const broker of brokers) await broker.stop();
await registry.close();
report(
  'bench:broker',
  figures,
  `${gateways.length} publishers and a subscriber; ${rounds} rounds of ${measureMs / 1000} s each; windows of ${sizes.map(({ window }) => window).join(' and ')} messages a publisher`,
);

async function measure({ what, reach, ...load }: (typeof sizes)[number]): Promise<Figure> {
  const measured: Record<BrokerUnderTest['name'], Round[]> = { ours: [], aedes: [], mosquitto: [] };
  // The first round warms the brokers up and does not count.
  for (let round = 0; round <= rounds; round++) {
    for (const broker of round % 2 ? brokers : brokers.toReversed()) {
      const result = await runRound(broker, load);
      if (round > 0) measured[broker.name].push(result);
    }
  }
  const ratio = median(measured.ours.map(({ rate }, index) => rate / (measured.aedes[index]?.rate ?? rate)));
  return {
    what: `messages /s, QoS 1, ${what}`,
    value: textOf(measured.ours),
    baseline: `bare Aedes: ${textOf(measured.aedes)}, ours is ${percent(ratio)} of it; mosquitto: ${textOf(measured.mosquitto)}`,
    reach: `≥ ${percent(reach)} of bare Aedes`,
    ok: ratio >= reach,
  };
}

async function runRound(
  { pid, port }: BrokerUnderTest,
  load: Pick<BrokerLoad, 'payloadBytes' | 'window'>,
): Promise<Round> {
  const clientOf = (username: string, topic: string): LoadClient => ({
    username,
    password: registry.secrets[username] ?? '',
    topic,
  });
  const plan: BrokerLoad = {
    ...load,
    port,
    publishers: gateways.map((gateway) =>
      clientOf(`${gateway.community}.${gateway.gateway}`, buildTopic({ name: 'telemetry', ...gateway })),
    ),
    subscriber: clientOf('service.ingest', buildFilter({ name: 'telemetry', community: '+', gateway: '+' })),
    warmUpMs,
    measureMs,
  };
  const clients = fork(join(import.meta.dirname, 'broker-load.ts'), [JSON.stringify(plan)], { execArgv: [] });
  const started = cpuMs(pid);
  const result = await Promise.race([
    once(clients, 'message').then(([message]) => message as LoadResult),
    once(clients, 'exit').then(() => undefined),
  ]);
  if (!result) throw new Error(`the broker on port ${port} closed a client's connection`);
  const perMessage = (cpuMs(pid) - started) / (result.messages * ((warmUpMs + measureMs) / measureMs));
  return { rate: (result.messages / result.elapsedMs) * 1000, cpuUs: perMessage * 1000 };
}

async function startOurs(): Promise<BrokerUnderTest> {
  const most = String(2 ** 30);
  const broker = supervise({
    name: 'broker',
    file: join(import.meta.dirname, '../../broker/main.ts'),
    flags: [...(nodeFlags.broker ?? []), ...(process.env.BENCH_BROKER_FLAGS?.split(' ') ?? [])],
    env: {
      PATH: process.env.PATH ?? '',
      BROKER_DATA_DIR: registry.folder,
      BROKER_TCP_PORT: '0',
      BROKER_WS_PORT: '0',
      BROKER_HEALTH_PORT: '0',
      // A few gateways stand for many here: their own limits would be what is measured.
      BROKER_GATEWAY_MESSAGES_PER_S: '1000000',
      BROKER_GATEWAY_BYTES_PER_S: most,
      BROKER_TELEMETRY_BYTES_PER_S: most,
      BROKER_SERVICE_MESSAGES_PER_S: '1000000',
      BROKER_SERVICE_BYTES_PER_S: most,
    },
  });
  const port = Number((await broker.ready).tcpPort);
  return { name: 'ours', pid: broker.pid ?? 0, port, stop: broker.stop };
}

async function startAedes(): Promise<BrokerUnderTest> {
  const broker = supervise({
    name: 'bare-relay',
    file: join(import.meta.dirname, 'bare-relay.ts'),
    env: { PATH: process.env.PATH ?? '', RELAY_ROLE: 'broker' },
  });
  const port = Number((await broker.ready).port);
  return { name: 'aedes', pid: broker.pid ?? 0, port, stop: broker.stop };
}

async function startBareMosquitto(): Promise<BrokerUnderTest> {
  const broker = await startMosquitto(undefined, undefined, [
    'max_inflight_messages 0',
    'set_tcp_nodelay true',
  ]);
  return { name: 'mosquitto', ...broker };
}

/** Processor time of a process so far. */
function cpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  const ticksPerSecond = 100;
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / ticksPerSecond;
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}

function textOf(measured: Round[]): string {
  const rate = Math.round(median(measured.map((round) => round.rate)));
  return `${rate} /s (${Math.round(median(measured.map((round) => round.cpuUs)))} µs of CPU each)`;
}

function percent(ratio: number): string {
  return `${Math.round(ratio * 100)} %`;
}
