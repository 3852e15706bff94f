import { randomBytes } from 'node:crypto';
import mqtt from 'mqtt';
import { buildFilter, buildTopic } from '#contracts/topics.ts';
import { type Percentiles, percentilesOf } from '#tests/bench/percentiles.ts';
import { startMosquitto } from '#tests/mosquitto.ts';
import { pause } from '../account-for-alarms.ts';
import type { SenderName } from './senders.ts';
import { startSender } from './start-sender.ts';

const community = 'baseline';
const gateways = Array.from({ length: 5 }, (_, index) => `gw-${index}`);
const noisyGateway = 'gw-noisy';
const alarmEveryMs = 1000;
const batchEveryMs = 50;
const batchBytes = 2000;

/**
 * What mosquitto makes of the same noise: five gateways publish an alarm a second and as many bytes of readings as
 * ours, and one subscriber takes the alarms. A relay alone: no disk, no journal, no page.
 *
 * @returns Publish to subscriber, ms, and how many did not arrive.
 */
export async function runMosquitto(
  senders: readonly SenderName[],
  seconds: number,
): Promise<Percentiles & { lost: number }> {
  const password = randomBytes(12).toString('hex');
  const names = [...gateways, noisyGateway, 'reader'].map((name) => `${community}.${name}`);
  const broker = await startMosquitto(Object.fromEntries(names.map((name) => [name, password])));
  const connect = (name: string) =>
    mqtt.connectAsync(`mqtt://127.0.0.1:${broker.port}`, { username: `${community}.${name}`, password });
  const reader = await connect('reader');
  const clients = await Promise.all(gateways.map(connect));
  const waiting = new Map<string, number>();
  const took: number[] = [];
  reader.on('message', (_topic, payload) => {
    const name = payload.length < 100 ? payload.toString() : '';
    const sentAt = waiting.get(name);
    if (sentAt === undefined) return;
    waiting.delete(name);
    took.push(performance.now() - sentAt);
  });
  await reader.subscribeAsync(buildFilter({ name: 'alarm', community, gateway: '+' }), { qos: 1 });
  const target = { mqttPort: broker.port, wsPort: broker.wsPort, community, gateway: noisyGateway, password };
  const noisy = await Promise.all(senders.map((name) => startSender(name, target)));
  let number = 0;
  const timers = clients.flatMap((client, index) => {
    const topicOf = (name: 'alarm' | 'telemetry') =>
      buildTopic({ name, community, gateway: gateways[index] as string });
    const alarm = () => {
      const name = `alarm ${number++}`;
      waiting.set(name, performance.now());
      void client.publishAsync(topicOf('alarm'), name, { qos: 1 });
    };
    const batch = () => void client.publishAsync(topicOf('telemetry'), randomBytes(batchBytes), { qos: 1 });
    return [setInterval(alarm, alarmEveryMs), setInterval(batch, batchEveryMs)];
  });
  await pause(seconds * 1000);
  for (const timer of timers) clearInterval(timer);
  for (const sender of noisy) await sender.stop();
  await pause(2000);
  for (const client of [reader, ...clients]) client.end(true);
  await broker.stop();
  return { ...percentilesOf(took), lost: waiting.size };
}
