import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { CommandAction } from '#contracts/command.ts';
import { createRecordingContext, type RecordingContext } from '../../testing/recording-context.ts';
import { createDeviceActuation, type DeviceActuation } from './device-actuation.ts';
import { type KnownDevices, openKnownDevices } from './known-devices.ts';
import { silentStops, stopAgainMs } from './siren-stops.ts';

const start = Date.parse('2026-11-24T01:15:00.000Z');
const sirenDurationS = 180;

let context: RecordingContext;
let devices: KnownDevices;
let actuations: DeviceActuation;
let sets: [string, unknown][];
let isConnected: boolean;

const binary = (property: string, access: number, on: unknown = true, off: unknown = false) => ({
  type: 'binary',
  name: property,
  property,
  access,
  value_on: on,
  value_off: off,
});
const duration = (unit: string, min: number, max: number) => ({
  type: 'numeric',
  name: 'duration',
  property: 'duration',
  access: 2,
  unit,
  value_min: min,
  value_max: max,
});
const modeOf = (values: string[]) => ({ type: 'enum', name: 'mode', property: 'mode', access: 2, values });
const warning = {
  type: 'composite',
  name: 'warning',
  property: 'warning',
  access: 2,
  features: [modeOf(['stop', 'burglar', 'fire', 'emergency']), duration('s', 0, 1800)],
};
const doorLock = { type: 'lock', features: [binary('state', 7, 'LOCK', 'UNLOCK')] };
const childLock = { type: 'lock', features: [binary('child_lock', 7, 'LOCK', 'UNLOCK')] };

const exposed: Record<string, object[]> = {
  lock: [doorLock],
  radiator: [childLock],
  readable: [{ type: 'lock', features: [binary('state', 1, 'LOCK', 'UNLOCK')] }],
  siren: [binary('alarm', 3), duration('s', 1, 1800)],
  minutes: [binary('alarm', 3, 'ON', 'OFF'), duration('min', 1, 30)],
  short: [binary('alarm', 3), duration('s', 1, 60)],
  long: [binary('alarm', 3), duration('s', 600, 1800)],
  endless: [binary('alarm', 3)],
  mute: [binary('alarm', 2)],
  warning: [warning],
  smoke: [binary('alarm', 1), binary('smoke', 1)],
};
const names = Object.keys(exposed);
const addressOf = (name: string) =>
  exposed[name] ? `zigbee2mqtt:00124b000000000${(names.indexOf(name) + 1).toString(16)}` : 'zigbee2mqtt:none';
const list = [
  { ieee_address: '0x00124b0000000000', type: 'Coordinator', friendly_name: 'Coordinator', definition: null },
  ...names.map((name) => ({
    ieee_address: `0x${addressOf(name).slice(12)}`,
    type: 'EndDevice',
    friendly_name: name,
    definition: { model: 'x', description: '', exposes: exposed[name] },
  })),
];

function open(): void {
  devices = openKnownDevices(context);
  actuations = createDeviceActuation({
    context,
    devices,
    sirenDurationS,
    publish: (topic, payload) => {
      if (isConnected) sets.push([topic, JSON.parse(payload)]);
      return isConnected;
    },
  });
}

beforeEach(() => {
  vi.useFakeTimers();
  context = createRecordingContext(start);
  sets = [];
  isConnected = true;
  open();
  devices.readList(Buffer.from(JSON.stringify(list)));
});
afterEach(() => {
  actuations.close();
  vi.useRealTimers();
});

const ask = (name: string, action: CommandAction, isTimely = true) =>
  actuations.actuate({ device: addressOf(name), action, isTimely: () => isTimely });
const payloads = () => sets.map(([, payload]) => payload);
async function pass(ms: number): Promise<void> {
  context.clock += ms;
  await vi.advanceTimersByTimeAsync(ms);
}

test('a lock is done when it says so itself, and is asked once, by its own address', async () => {
  const asked = ask('lock', 'open-door');
  actuations.onState(addressOf('lock'), { state: 'LOCK', battery: 80 });
  actuations.onState(addressOf('siren'), { state: 'UNLOCK' });
  actuations.onState(addressOf('lock'), { state: 'UNLOCK', lock_state: 'not_fully_locked' });
  await pass(5000);
  actuations.onState(addressOf('lock'), { state: 'UNLOCK', lock_state: 'unlocked' });
  expect(await asked).toEqual({ result: 'done' });
  expect(sets).toEqual([[`0x${addressOf('lock').slice(12)}/set`, { state: 'UNLOCK' }]]);
});

test('a lock that says nothing in time may have been opened', async () => {
  const asked = ask('lock', 'lock-door');
  await pass(10_000);
  expect(await asked).toEqual({ result: 'unknown', reason: 'device-silent' });
  expect(payloads()).toEqual([{ state: 'LOCK' }]);
});

test.each([
  ['none', 'open-door', 'device-unknown'],
  ['radiator', 'open-door', 'action-unknown'],
  ['readable', 'open-door', 'action-unknown'],
  ['smoke', 'start-siren', 'action-unknown'],
  ['siren', 'open-door', 'action-unknown'],
  ['lock', 'start-siren', 'action-unknown'],
] as const)('%s asked for %s is refused as %s', async (name, action, reason) => {
  expect(await ask(name, action)).toEqual({ result: 'failed', reason });
  expect(sets).toEqual([]);
});

test.each(['lock', 'Coordinator', 'connection'])('nothing is asked while %s is away', async (away) => {
  if (away === 'connection') isConnected = false;
  else devices.setLink(away === 'lock' ? addressOf('lock') : 'zigbee2mqtt:00124b0000000000', 'offline');
  expect(await ask('lock', 'open-door')).toEqual({ result: 'failed', reason: 'device-unreachable' });
  expect(sets).toEqual([]);
});

test('nothing is asked past its age', async () => {
  expect(await ask('lock', 'open-door', false)).toEqual({ result: 'expired', reason: 'too-old' });
  expect(sets).toEqual([]);
});

test.each([
  ['siren', { duration: 180, alarm: true }],
  ['minutes', { duration: 3, alarm: 'ON' }],
  ['short', { duration: 60, alarm: true }],
  ['long', { alarm: true }],
  ['endless', { alarm: true }],
])('siren %s is started with %j and done when it says so', async (name, payload) => {
  const asked = ask(name, 'start-siren');
  actuations.onState(addressOf(name), { alarm: name === 'minutes' ? 'ON' : true });
  expect(await asked).toEqual({ result: 'done' });
  expect(payloads()).toEqual([payload]);
});

test('what became of a siren that says nothing of itself is unknown, its duration is its own', async () => {
  const unknown = { result: 'unknown', reason: 'device-silent' };
  expect(await ask('warning', 'start-siren')).toEqual(unknown);
  expect(await ask('warning', 'stop-siren')).toEqual(unknown);
  await pass(3_600_000);
  expect(payloads()).toEqual([
    { warning: { duration: 180, mode: 'emergency', strobe: true } },
    { warning: { mode: 'stop', strobe: false } },
  ]);
});

test('a siren without duration is stopped, again until it says that it is quiet', async () => {
  const asked = ask('endless', 'start-siren');
  actuations.onState(addressOf('endless'), { alarm: false });
  actuations.onState(addressOf('endless'), { alarm: true });
  await asked;
  await pass(sirenDurationS * 1000 - 1);
  expect(payloads()).toEqual([{ alarm: true }]);
  await pass(1 + stopAgainMs);
  expect(payloads()).toEqual([{ alarm: true }, { alarm: false }, { alarm: false }]);
  actuations.onState(addressOf('endless'), { alarm: false });
  await pass(3_600_000);
  expect(sets).toHaveLength(3);
  expect([...context.files.values()].at(-1)).toBe('{}');
});

test('a siren that says nothing is told to stop some times', async () => {
  await ask('mute', 'start-siren');
  await pass(3_600_000);
  expect(payloads()).toEqual([{ alarm: true }, ...Array(silentStops).fill({ alarm: false })]);
});

test('a restart leaves no siren sounding, also where the bridge is away at its end', async () => {
  await ask('mute', 'start-siren');
  actuations.close();
  context.clock += 3_600_000;
  isConnected = false;
  open();
  await pass(60_000);
  expect(sets).toHaveLength(1);
  isConnected = true;
  await pass(stopAgainMs);
  expect(payloads().at(-1)).toEqual({ alarm: false });
});

test('after a restart an end that a wrong clock put far away comes in time', async () => {
  await ask('mute', 'start-siren');
  actuations.close();
  context.clock -= 86_400_000;
  open();
  await pass(sirenDurationS * 1000);
  expect(payloads().at(-1)).toEqual({ alarm: false });
});

test('a siren whose end cannot be written is not started', async () => {
  context.kept.write = () => {
    throw new Error('disk full');
  };
  expect(await ask('endless', 'start-siren')).toMatchObject({ result: 'failed' });
  await pass(3_600_000);
  expect(sets).toEqual([]);
});

test('a start that reached nobody leaves the end of the start before it', async () => {
  await ask('mute', 'start-siren');
  await pass(100_000);
  isConnected = false;
  expect(await ask('mute', 'start-siren')).toMatchObject({ reason: 'device-unreachable' });
  isConnected = true;
  await pass(80_000);
  expect(payloads()).toEqual([{ alarm: true }, { alarm: false }]);
});
