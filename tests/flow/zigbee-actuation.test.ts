import { connectAsync } from 'mqtt';
import { afterEach, describe, expect, test } from 'vitest';
import type { CommandAction } from '#contracts/command.ts';
import type { Adapter } from '#edge/adapters/adapter.ts';
import { createZigbee2mqttAdapter } from '#edge/adapters/zigbee2mqtt/zigbee2mqtt.ts';
import { createRecordingContext, type RecordingContext } from '#edge/testing/recording-context.ts';
import { zigbeeDevices } from '#simulators/community.ts';
import type { ZigbeeDevice } from '#simulators/devices/zigbee-actuators.ts';
import { connectZigbeeBridge, type ZigbeeBridge } from '#simulators/devices/zigbee-bridge.ts';
import { type Mosquitto, startMosquitto } from '#tests/mosquitto.ts';

const host = '127.0.0.1';
const password = 'a-password-of-tests-only';
const closers: Array<() => Promise<void>> = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const lock = zigbeeDevices.find(({ id }) => id === 'lock-1')?.ieee ?? '';
const warning = zigbeeDevices.find(({ id }) => id === 'siren-1')?.ieee ?? '';
const siren = '0x00124b00000000aa';
const devices: ZigbeeDevice[] = [...zigbeeDevices, { id: 'siren-2', ieee: siren, keys: [], acts: 'siren' }];
const settings = {
  host,
  port: 0,
  username: 'zigbee2mqtt',
  password,
  clientId: 'test',
  baseTopic: 'zigbee2mqtt',
  maxConnections: 10,
  sirenDurationS: 30,
  filterButtonCache: false,
};

interface Opened {
  context: RecordingContext;
  port: number;
  bridge: ZigbeeBridge;
  ask(ieee: string, action: CommandAction): Promise<unknown>;
}

async function withBridge(context: RecordingContext, adapter: Adapter, port: number): Promise<Opened> {
  const bridge = connectZigbeeBridge({ host, port, password, devices });
  closers.push(bridge.close);
  await bridge.report('button-1', { sos: true });
  await expect.poll(() => context.accepted.some(({ body }) => body.type === 'event')).toBe(true);
  return {
    context,
    port,
    bridge,
    ask: async (ieee, action) =>
      adapter.actuate?.({ device: `zigbee2mqtt:${ieee.slice(2)}`, action, isTimely: () => true }),
  };
}

async function ownListener(): Promise<Opened> {
  const context = createRecordingContext(Date.now());
  const adapter = await createZigbee2mqttAdapter(Object.assign(context, { settings }));
  closers.push(() => adapter.close());
  return withBridge(context, adapter, adapter.port);
}

async function existingBroker(): Promise<Opened> {
  const broker: Mosquitto = await startMosquitto();
  closers.push(broker.stop);
  const context = createRecordingContext(Date.now());
  const adapter = await createZigbee2mqttAdapter(
    Object.assign(context, {
      settings: {
        ...settings,
        brokerUrl: `mqtt://${host}:${broker.port}`,
      },
    }),
  );
  closers.push(() => adapter.close());
  await expect.poll(() => context.counts.connections).toBe(1);
  return withBridge(context, adapter, broker.port);
}

describe.each([
  ['own listener', ownListener],
  ["gateway's existing broker", existingBroker],
])('by the %s', (_way, open) => {
  test('a lock and a siren do what they are asked and say so, each asked once', async () => {
    const { bridge, ask } = await open();
    expect(await ask(lock, 'open-door')).toEqual({ result: 'done' });
    expect(await ask(lock, 'lock-door')).toEqual({ result: 'done' });
    expect(await ask(siren, 'start-siren')).toEqual({ result: 'done' });
    expect(await ask(siren, 'stop-siren')).toEqual({ result: 'done' });
    expect(bridge.sets).toEqual([
      { device: 'lock-1', asked: { state: 'UNLOCK' } },
      { device: 'lock-1', asked: { state: 'LOCK' } },
      { device: 'siren-2', asked: { duration: 30, alarm: true } },
      { device: 'siren-2', asked: { alarm: false } },
    ]);
  });

  test('what became of a siren that cannot say it is unknown', async () => {
    const { bridge, ask } = await open();
    expect(await ask(warning, 'start-siren')).toEqual({ result: 'unknown', reason: 'device-silent' });
    await expect
      .poll(() => bridge.sets)
      .toEqual([
        {
          device: 'siren-1',
          asked: { warning: { duration: 30, mode: 'emergency', level: 'very_high', strobe: true } },
        },
      ]);
  });

  test('a device, or a bridge, that is offline is asked nothing', async () => {
    const { bridge, context, port, ask } = await open();
    const unreachable = { result: 'failed', reason: 'device-unreachable' };
    const faults = () =>
      context.accepted.filter(({ body }) => body.type === 'event' && body.kind === 'link-fault').length;
    await bridge.availability('lock-1', 'offline');
    await expect.poll(faults).toBe(1);
    expect(await ask(lock, 'open-door')).toEqual(unreachable);
    await bridge.availability('lock-1', 'online');
    await expect.poll(faults).toBe(2);
    expect(await ask(lock, 'open-door')).toEqual({ result: 'done' });
    // What Zigbee2MQTT leaves as its will.
    const client = await connectAsync({ host, port, username: 'zigbee2mqtt', password });
    await client.publishAsync('zigbee2mqtt/bridge/state', '{"state":"offline"}', { qos: 1, retain: true });
    await client.endAsync();
    await expect.poll(faults).toBe(3);
    expect(await ask(lock, 'open-door')).toEqual(unreachable);
    expect(bridge.sets).toHaveLength(1);
  });
});

test('after a restart, before the bridge is back, its devices are known and unreachable', async () => {
  const { context, bridge } = await ownListener();
  await bridge.close();
  const again = await createZigbee2mqttAdapter(Object.assign(context, { settings }));
  closers.push(() => again.close());
  const asked = {
    device: `zigbee2mqtt:${lock.slice(2)}`,
    action: 'open-door',
    isTimely: () => true,
  } as const;
  expect(await again.actuate?.(asked)).toEqual({ result: 'failed', reason: 'device-unreachable' });
});
