import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterEach, expect, test } from 'vitest';
import type { Observation } from '#edge/adapters/adapter.ts';
import { createZigbee2mqttAdapter } from '#edge/adapters/zigbee2mqtt/zigbee2mqtt.ts';
import { createRecordingContext, type RecordingContext } from '#edge/testing/recording-context.ts';
import { startMosquitto } from '#tests/mosquitto.ts';

const run = promisify(execFile);
const host = '127.0.0.1';
const username = 'zigbee2mqtt';
const password = 'a-password-of-tests-only';
const start = Date.parse('2026-11-26T01:15:00.000Z');
const binary = (key: string) => ({
  type: 'binary',
  name: key,
  property: key,
  value_on: true,
  value_off: false,
});
const entryOf = (number: number, friendly_name: string, model: string, key: string) => ({
  ieee_address: `0x00124b000000000${number}`,
  type: 'EndDevice',
  friendly_name,
  definition: { model, description: '', exposes: [binary(key)] },
});
const devices = JSON.stringify([
  entryOf(1, 'button', 'SEB01ZB', 'sos'),
  entryOf(2, 'smoke', 'HS1SA-E', 'smoke'),
  entryOf(3, 'water', 'HS1WL-E', 'water_leak'),
]);
const closers: Array<() => Promise<unknown>> = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function openAgent(context: RecordingContext, at: { brokerUrl: string } | { password: string }) {
  const adapter = await createZigbee2mqttAdapter(
    Object.assign(context, {
      settings: {
        host,
        port: 0,
        username,
        clientId: 'shouwang-gateway',
        baseTopic: 'zigbee2mqtt',
        maxConnections: 10,
        sirenDurationS: 180,
        filterButtonCache: true,
        ...at,
      },
    }),
  );
  closers.push(() => adapter.close());
  return adapter;
}

/** Ends well only where the message is acknowledged. */
function publisher(port: number, context: RecordingContext, flags: string[] = []) {
  return async (topic: string, payload: string) => {
    context.clock += 5000;
    await run(
      'mosquitto_pub',
      [
        ...['-h', host, '-p', String(port), '-q', '1', '-u', username, '-P', password, ...flags],
        ...['-t', `zigbee2mqtt/${topic}`, '-m', payload],
      ],
      { timeout: 10_000 },
    );
  };
}

const told = ({ accepted, outcomes }: RecordingContext) =>
  accepted.flatMap(({ historical, body }, index) =>
    body.type === 'event'
      ? [
          `${historical ? 'late ' : ''}${body.kind}${body.active === false ? ' ended' : ''}${outcomes[index] === 'accepted' ? '' : ' again'}`,
        ]
      : [],
  );

/** A Zigbee2MQTT as far as its options go: it answers, and changes nothing else. */
async function connectBridge(port: number, context: RecordingContext): Promise<MqttClient> {
  const bridge = await connectAsync({ host, port, username, password });
  closers.push(() => bridge.endAsync(true));
  bridge.on('message', (topic, payload) => {
    if (topic !== 'zigbee2mqtt/bridge/request/device/options') return;
    const { id, options, transaction } = JSON.parse(payload.toString());
    const data = { from: {}, to: options, id, restart_required: false };
    const response = JSON.stringify({ data, status: 'ok', transaction });
    bridge.publish('zigbee2mqtt/bridge/response/device/options', response);
  });
  await bridge.subscribeAsync('zigbee2mqtt/#');
  await expect.poll(() => told(context).at(-1)).toBe('button-unsure ended');
  return bridge;
}

test('alarms published with the retain flag at our own listener were late, and their second occurrence a repeat', async () => {
  const context = createRecordingContext(start);
  const { port } = await openAgent(context, { password });
  const publish = publisher(port, context, ['-r']);
  await publish('bridge/devices', devices);
  for (const [topic, key] of [
    ['smoke', 'smoke'],
    ['water', 'water_leak'],
  ] as const) {
    for (const holds of [true, false, true]) await publish(topic, JSON.stringify({ [key]: holds }));
  }
  expect(told(context)).toEqual([
    'button-unsure',
    ...['smoke', 'smoke ended', 'smoke'],
    ...['water-leak', 'water-leak ended', 'water-leak'],
  ]);
});

test('the second press of a button was swallowed: its bridge is asked, and every press after its answer is told', async () => {
  const context = createRecordingContext(start);
  const { port } = await openAgent(context, { password });
  const publish = publisher(port, context);
  await publish('bridge/devices', devices);
  await publish('button', '{"sos":true,"battery":90}');
  await publish('button', '{"sos":true,"battery":89}');
  await publish('button', '{"sos":true,"battery":89}');
  expect(told(context)).toEqual(['button-unsure', 'sos', 'press-or-repeat']);
  await connectBridge(port, context);
  await publish('button', '{"battery":89}');
  await publish('button', '{"sos":true,"battery":89}');
  await publish('button', '{"sos":true,"battery":89}');
  expect(told(context).slice(3)).toEqual(['button-unsure ended', 'sos', 'sos']);
});

test('what a broker kept is late once, and what is published to it with the retain flag is now', async () => {
  const broker = await startMosquitto();
  closers.push(broker.stop);
  const context = createRecordingContext(start);
  const publish = publisher(broker.port, context, ['-r']);
  await publish('bridge/devices', devices);
  await publish('smoke', '{"smoke":true}');
  const brokerUrl = `mqtt://${host}:${broker.port}`;
  const agent = await openAgent(context, { brokerUrl });
  await expect.poll(() => told(context)).toEqual(['button-unsure', 'late smoke']);
  for (const smoke of [false, true]) await publish('smoke', JSON.stringify({ smoke }));
  await publish('water', '{"water_leak":true}');
  const heard = ['button-unsure', 'late smoke', 'smoke ended', 'smoke', 'water-leak'];
  await expect.poll(() => told(context)).toEqual(heard);

  await agent.close();
  const frames = context.counts.frames ?? 0;
  await openAgent(context, { brokerUrl });
  await expect.poll(() => (context.counts.frames ?? 0) - frames).toBeGreaterThanOrEqual(3);
  expect(told(context)).toEqual(heard);
});

test('behind a broker a message that can never be taken stopped every one after it', async () => {
  const broker = await startMosquitto();
  closers.push(broker.stop);
  const context = createRecordingContext(start);
  const { accept } = context;
  context.accept = (observations: Observation[]) => {
    if (observations.some(({ body }) => body.type === 'reading')) throw new TypeError('not a function');
    return accept(observations);
  };
  await openAgent(context, { brokerUrl: `mqtt://${host}:${broker.port}` });
  await expect.poll(() => context.counts.connections).toBe(1);
  const publish = publisher(broker.port, context);
  await publish('poisoned', '{"smoke":true,"battery":90}');
  await publish('kitchen', '{"gas":true}');
  await expect.poll(() => told(context), { timeout: 20_000 }).toEqual(['unreadable-alarm', 'gas']);
  expect(context.counts['dead-letters']).toBe(1);
});
