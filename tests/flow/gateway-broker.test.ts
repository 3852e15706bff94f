import { afterEach, expect, test } from 'vitest';
import { createZigbee2mqttAdapter } from '#edge/adapters/zigbee2mqtt/zigbee2mqtt.ts';
import { createRecordingContext, type RecordingContext } from '#edge/testing/recording-context.ts';
import { zigbeeDevices } from '#simulators/community.ts';
import { connectZigbeeBridge, type ZigbeeBridge } from '#simulators/devices/zigbee-bridge.ts';
import { startMosquitto } from '#tests/mosquitto.ts';

const host = '127.0.0.1';
const start = Date.parse('2026-11-26T01:15:00.000Z');
const closers: Array<() => Promise<void>> = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function openAgent(context: RecordingContext, port: number): Promise<() => Promise<void>> {
  const before = context.counts.connections ?? 0;
  const adapter = await createZigbee2mqttAdapter(
    Object.assign(context, {
      settings: {
        host,
        port: 0,
        username: 'zigbee2mqtt',
        brokerUrl: `mqtt://${host}:${port}`,
        clientId: 'shouwang-gateway',
        baseTopic: 'zigbee2mqtt',
        maxConnections: 10,
        sirenDurationS: 180,
        filterButtonCache: false,
      },
    }),
  );
  closers.push(() => adapter.close());
  await expect.poll(() => context.counts.connections, { timeout: 10_000 }).toBe(before + 1);
  return adapter.close;
}

/** Smoke and its end, numbered by the second at which they were seen. */
async function raise(bridge: ZigbeeBridge, from: number, to: number): Promise<void> {
  for (let number = from; number < to; number += 1) {
    const last_seen = new Date(start + number * 1000).toISOString();
    await bridge.report('smoke-1', { smoke: true, last_seen });
    await bridge.report('smoke-1', { smoke: false, last_seen });
  }
}

const heard = ({ accepted }: RecordingContext) =>
  accepted.flatMap(({ device, observedAt = 0, body }) =>
    body.type === 'event' && body.kind === 'smoke' && body.active !== false
      ? [`${device} ${(observedAt - start) / 1000}`]
      : [],
  );
const numbers = (count: number) =>
  Array.from({ length: count }, (_, number) => `zigbee2mqtt:00124b0000000002 ${number}`);

test('what is said while the agent is away waits at the broker, and every alarm is taken once, in order', async () => {
  const broker = await startMosquitto();
  closers.push(broker.stop);
  const context = createRecordingContext(start);
  const closeAgent = await openAgent(context, broker.port);
  const bridge = connectZigbeeBridge({ host, port: broker.port, password: '', devices: zigbeeDevices });
  closers.push(bridge.close);
  await raise(bridge, 0, 5);
  await expect.poll(() => heard(context)).toEqual(numbers(5));

  await closeAgent();
  await raise(bridge, 5, 60);
  expect(heard(context)).toEqual(numbers(5));
  await openAgent(context, broker.port);
  await expect.poll(() => heard(context), { timeout: 10_000 }).toEqual(numbers(60));
  await raise(bridge, 60, 65);
  await expect.poll(() => heard(context)).toEqual(numbers(65));
});

test('what a full outbox did not take is not acknowledged, and the broker sends it again', async () => {
  const broker = await startMosquitto();
  closers.push(broker.stop);
  const context = createRecordingContext(start);
  await openAgent(context, broker.port);
  const bridge = connectZigbeeBridge({ host, port: broker.port, password: '', devices: zigbeeDevices });
  closers.push(bridge.close);
  await raise(bridge, 0, 1);
  await expect.poll(() => heard(context)).toEqual(numbers(1));
  context.full = true;
  await raise(bridge, 1, 4);
  await expect.poll(() => context.counts['refused-observations'] ?? 0).toBeGreaterThan(0);
  context.full = false;
  await expect.poll(() => heard(context), { timeout: 20_000 }).toEqual(numbers(4));
});
