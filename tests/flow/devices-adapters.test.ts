import { afterEach, expect, test } from 'vitest';
import type { DeviceProtocol } from '#contracts/device-address.ts';
import type { Adapter } from '#edge/adapters/adapter.ts';
import { adapters } from '#edge/adapters/all.ts';
import { createRecordingContext, type RecordingContext } from '#edge/testing/recording-context.ts';
import { createGateTerminal } from '#simulators/devices/gate.ts';
import { connectPanel } from '#simulators/devices/panel.ts';
import { connectWatch } from '#simulators/devices/watch.ts';

/** Device sides and adapters were written from the standards apart from each other: here they meet. */
const instant = Date.parse('2026-11-24T01:15:00.000Z');
const now = () => instant;
const host = '127.0.0.1';
const token = 'a-token-of-tests-only';
const closers: Array<() => Promise<void>> = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function openAdapter(protocol: DeviceProtocol, context: RecordingContext, port = 0): Promise<Adapter> {
  const definition = adapters.find(({ settings }) => settings.protocol === protocol);
  const adapter = await definition?.create(context, {
    EDGE_WATCH3G_PORT: String(port),
    EDGE_GB26875_PORT: String(port),
    EDGE_HIKVISION_PORT: String(port),
    EDGE_HIKVISION_TOKEN: token,
  });
  if (!adapter) throw new Error(`${protocol} does not listen`);
  closers.push(() => adapter.close());
  return adapter;
}

function closing<Device extends { close(): Promise<void> }>(device: Device): Device {
  closers.push(() => device.close());
  return device;
}

const eventsOf = ({ accepted }: RecordingContext) =>
  accepted.flatMap(({ device, body }) =>
    body.type === 'event'
      ? [`${device.split(':')[1]} ${body.kind}${body.active === false ? ' ended' : ''}`]
      : [],
  );
const readingsOf = ({ accepted }: RecordingContext) =>
  accepted.flatMap(({ body }) =>
    body.type === 'reading' ? [`${body.quantity} ${body.value} ${body.unit}`] : [],
  );

test('a watch is heard: location, vital signs, SOS and fall', async () => {
  const context = createRecordingContext(instant);
  const { port } = await openAdapter('watch-3g', context);
  const watch = closing(connectWatch({ id: '6907919734', host, port, now, reconnectMs: 10 }));
  await watch.pressSos();
  watch.keepAlive({ steps: 120, battery: 81 });
  watch.report({ steps: 130, battery: 80, latitude: 31.2989, longitude: 120.5853 });
  watch.heartRate(71);
  watch.bloodPressure(120, 79);
  watch.oxygen(98);
  watch.temperature(36.4);
  await watch.reportFall({ at: instant + 1000 });
  expect(eventsOf(context)).toEqual(['6907919734 sos', '6907919734 fall']);
  expect(readingsOf(context)).toEqual(
    expect.arrayContaining([
      'steps 120 {steps}',
      'battery 81 %',
      'heart-rate 71 /min',
      'blood-pressure-systolic 120 mm[Hg]',
      'blood-pressure-diastolic 79 mm[Hg]',
      'oxygen-saturation 98 %',
      'body-temperature 36.4 Cel',
      'worn 1 1',
    ]),
  );
  expect(context.accepted).toContainEqual(
    expect.objectContaining({
      observedAt: instant,
      body: { type: 'position', position: { latitude: 31.2989, longitude: 120.5853, source: 'gnss' } },
    }),
  );
  expect(context.counts).not.toHaveProperty('wrong-length');
  expect(context.counts).not.toHaveProperty('garbage-bytes');
});

test('an SOS outlives a full outbox and a restart of the gateway, and is one event', async () => {
  const context = createRecordingContext(instant);
  context.full = true;
  const first = await openAdapter('watch-3g', context);
  const device = { id: '6907919734', host, port: first.port, now, reconnectMs: 5, resendMs: 10 };
  const watch = closing(connectWatch(device));
  const answered = watch.pressSos();
  await expect.poll(() => context.counts['refused-observations'] ?? 0).toBeGreaterThan(1);
  await first.close();
  context.full = false;
  await openAdapter('watch-3g', context, first.port);
  await answered;
  expect(eventsOf(context)).toEqual(['6907919734 sos']);
});

test('a panel is heard: fire and its end, call point, system fire, mains fault, heartbeat', async () => {
  const context = createRecordingContext(instant);
  const { port } = await openAdapter('gb26875', context);
  const panel = closing(connectPanel({ sourceAddress: '060504030201', host, port, now }));
  const detector = { systemType: 1, systemAddress: 1, partType: 42, zone: 3, point: 17 };
  await panel.heartbeat();
  await panel.componentFire({ ...detector, description: '3号楼2单元501室烟感' });
  await panel.componentNormal(detector);
  await panel.manualCallPoint({ systemType: 1, systemAddress: 1, zone: 3, point: 18 });
  await panel.systemFire({ systemType: 1, systemAddress: 1 });
  await panel.mainsFault(true);
  await panel.mainsFault(false);
  expect(eventsOf(context)).toEqual([
    '060504030201/1.1.3.17 fire',
    '060504030201/1.1.3.17 fire ended',
    '060504030201/1.1.3.18 manual-call-point',
    '060504030201 fire',
    '060504030201 power-fault',
    '060504030201 power-fault ended',
  ]);
  expect(context.accepted).toContainEqual(
    expect.objectContaining({
      observedAt: instant,
      body: expect.objectContaining({ text: '3号楼2单元501室烟感', code: '2.1' }),
    }),
  );
  expect(context.counts).toEqual({ connections: 1, frames: 7 });
});

test('a fire denied by a full outbox is sent again until it is confirmed, and is one event', async () => {
  const context = createRecordingContext(instant);
  context.full = true;
  const { port } = await openAdapter('gb26875', context);
  const panel = closing(connectPanel({ sourceAddress: '060504030201', host, port, now, deniedMs: 5 }));
  const confirmed = panel.systemFire({ systemType: 1, systemAddress: 1 });
  await expect.poll(() => context.counts['refused-observations'] ?? 0).toBeGreaterThan(1);
  context.full = false;
  await confirmed;
  expect(eventsOf(context)).toEqual(['060504030201 fire']);
});

test.each([false, true])('a gate terminal is heard, with pictures: %s', async (withPictures) => {
  const context = createRecordingContext(instant);
  const { port } = await openAdapter('hikvision-isapi', context);
  const url = `http://${host}:${port}/isapi/${token}`;
  const gate = closing(createGateTerminal({ url, mac: 'c0517eaabbcc', doorNo: 1, now, withPictures }));
  await gate.heartbeat();
  await gate.grantedByCard('1042');
  await gate.grantedByFace('1043');
  await gate.deniedUnknownCard('9988776655');
  await gate.doorOpened();
  await gate.heldOpen();
  await gate.doorClosed();
  await gate.forced();
  await gate.duress('1042');
  await gate.tamper();
  await gate.exitButton();
  await gate.event(1, 1048);
  expect(eventsOf(context).map((event) => event.replace('c0517eaabbcc/1 ', ''))).toEqual([
    'access-granted',
    'access-granted',
    'access-denied',
    'door-opened',
    'door-held-open',
    'door-closed',
    'door-held-open ended',
    'door-forced',
    'duress',
    'tamper',
    'exit-button',
    'manual-call-point',
  ]);
  expect(JSON.stringify(context.accepted)).not.toMatch(/住户|9988776655|881042/);
  expect(context.counts).toEqual({ frames: 12 });
});

test('a terminal tries again while the outbox is full, and its event is one', async () => {
  const context = createRecordingContext(instant);
  context.full = true;
  const { port } = await openAdapter('hikvision-isapi', context);
  const url = `http://${host}:${port}/isapi/${token}`;
  const gate = closing(createGateTerminal({ url, mac: 'c0517eaabbcc', doorNo: 1, now, retryMs: 5 }));
  const accepted = gate.forced();
  await expect.poll(() => context.counts['refused-observations'] ?? 0).toBeGreaterThan(1);
  context.full = false;
  await accepted;
  expect(eventsOf(context)).toEqual(['c0517eaabbcc/1 door-forced']);
});
