import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, test } from 'vitest';
import { createRecordingContext, type RecordingContext } from '../../testing/recording-context.ts';
import { openKnownDevices } from './known-devices.ts';
import { createMessageIntake, type MessageIntake } from './message-intake.ts';
import { createZigbee2mqttAdapter } from './zigbee2mqtt.ts';

const run = promisify(execFile);
const base = 'zigbee2mqtt';
const start = Date.parse('2026-11-24T01:15:00.000Z');
const password = 'a-password-of-tests-only';
const devices = readFileSync(join(import.meta.dirname, 'bridge-devices.example.json'), 'utf8');
const closers: Array<() => Promise<void>> = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

let running: MessageIntake | undefined;

/** A start of the agent, after the end of the one before. */
function open(context: RecordingContext) {
  running?.close();
  running = createMessageIntake(context, base, { devices: openKnownDevices(context) });
  const { accept } = running;
  const send = (name: string, payload: unknown, retain = false) =>
    accept({
      topic: `${base}/${name}`,
      payload: Buffer.isBuffer(payload) ? payload : Buffer.from(JSON.stringify(payload)),
      retain,
    });
  accept({ topic: `${base}/bridge/devices`, payload: Buffer.from(devices), retain: true });
  return send;
}

const said = ({ accepted }: RecordingContext) =>
  accepted.flatMap(({ device, historical, body }) =>
    body.type === 'event'
      ? [
          `${device.split(':')[1]} ${body.kind}${body.active === false ? ' ended' : ''}${historical ? ' old' : ''}`,
        ]
      : [],
  );

describe('cases', () => {
  const folder = join(import.meta.dirname, 'testcases');
  test.each(readdirSync(folder))('%s', (name) => {
    const context = createRecordingContext(start);
    const send = open(context);
    const own = join(folder, name, 'devices.json');
    if (existsSync(own)) send('bridge/devices', JSON.parse(readFileSync(own, 'utf8')));
    const lines = readFileSync(join(folder, name, 'input.jsonl'), 'utf8').split('\n');
    for (const line of lines.filter((each) => each !== '' && !each.startsWith('#'))) {
      const border = line.indexOf(' {');
      send(line.slice(0, border), Buffer.from(line.slice(border)));
    }
    const heard = context.accepted.filter(({ body }) => body.type !== 'keep-alive');
    const expected = JSON.parse(readFileSync(join(folder, name, 'expected.json'), 'utf8'));
    expect(heard.map(({ device, body }) => ({ device, body }))).toEqual(expected);
  });
});

test('a temperature update that repeats smoke:true is no new alarm, and smoke again after its end is', () => {
  const context = createRecordingContext(start);
  const send = open(context);
  send('3栋/501 烟感', { smoke: false, temperature: 20 });
  send('3栋/501 烟感', { smoke: true, temperature: 20 });
  send('3栋/501 烟感', { smoke: true, temperature: 21 });
  send('3栋/501 烟感', { smoke: false, temperature: 21 });
  send('3栋/501 烟感', { smoke: true, temperature: 20 });
  expect(said(context).map((line) => line.slice(17))).toEqual([
    'smoke ended',
    'smoke',
    'smoke ended',
    'smoke',
  ]);
});

test('a report sent again after a restart is the same alarm, one that holds a minute later is told once more', () => {
  const context = createRecordingContext(start);
  open(context)('3栋/501 烟感', { smoke: true });
  context.clock += 5000;
  open(context)('3栋/501 烟感', { smoke: true });
  expect(said(context)).toHaveLength(1);
  const send = open(context);
  context.clock += 61_000;
  for (const temperature of [20, 21, 22]) send('3栋/501 烟感', { smoke: true, temperature });
  expect(said(context)).toHaveLength(2);
});

test('an alarm that began again after an end that was seen is told, though it was told before the restart', () => {
  const context = createRecordingContext(start);
  open(context)('3栋/501 烟感', { smoke: true });
  context.clock += 60_000;
  const send = open(context);
  for (const smoke of [true, false, true]) send('3栋/501 烟感', { smoke });
  context.clock += 60_000;
  const again = open(context);
  for (const smoke of [false, true]) again('3栋/501 烟感', { smoke });
  expect(said(context).map((line) => line.slice(17))).toEqual([
    'smoke',
    'smoke ended',
    'smoke',
    'smoke ended',
    'smoke',
  ]);
});

test('a press that the radio repeats within 2 s was dropped: it is taken and marked, one after 5 s is another', () => {
  const context = createRecordingContext(start);
  const send = open(context);
  for (const pause of [0, 500, 5000]) {
    context.clock += pause;
    send('按钮', { action: 'emergency' });
    send('按钮', { action: '' });
  }
  expect(said(context)).toEqual(Array(3).fill('00124b0000000003 sos'));
  expect(context.outcomes).toEqual(['accepted', 'possible-repeat', 'accepted']);
});

test('a full outbox leaves nothing remembered, so the alarm sent again is taken', () => {
  const context = createRecordingContext(start);
  const send = open(context);
  context.full = true;
  expect(() => send('3栋/501 烟感', { smoke: true })).toThrow('full');
  context.full = false;
  send('3栋/501 烟感', { smoke: true });
  expect(said(context)).toEqual(['00124b0000000001 smoke']);
});

test('an old message sent again after the end of its alarm does not hide the next alarm', () => {
  const context = createRecordingContext(start);
  const at = (seconds: number) => new Date(start + seconds * 1000).toISOString();
  const first = { smoke: true, last_seen: at(0) };
  const send = open(context);
  send('3栋/501 烟感', first);
  send('3栋/501 烟感', { smoke: false, last_seen: at(1) });
  send('3栋/501 烟感', first);
  send('3栋/501 烟感', { smoke: true, last_seen: at(2) });
  send('3栋/501 烟感', { smoke: false, last_seen: at(3) });
  const again = open(context);
  again('3栋/501 烟感', { smoke: true, last_seen: at(2) });
  again('3栋/501 烟感', { smoke: true, last_seen: at(4) });
  expect(said(context).map((line) => line.slice(17))).toEqual([
    'smoke',
    'smoke ended',
    'smoke',
    'smoke ended',
    'smoke',
  ]);
});

test('an alarm that comes after a restart, before the list of devices, is of its device', () => {
  const context = createRecordingContext(start);
  open(context);
  const { accept } = createMessageIntake(context, base, { devices: openKnownDevices(context) });
  accept({ topic: `${base}/3栋/501 烟感`, payload: Buffer.from('{"smoke":true}'), retain: false });
  expect(said(context)).toEqual(['00124b0000000001 smoke']);
});

test('an alarm of a device in no list is kept under its topic', () => {
  const context = createRecordingContext(start);
  open(context)('kitchen', { gas: true, temperature: 20 });
  expect(said(context)).toEqual(['kitchen gas']);
});

test.each(['{"smoke":tru', '{"smoke":"perhaps"}'])(
  'an alarm that cannot be read calls a person: %s',
  (payload) => {
    const context = createRecordingContext(start);
    const { accept } = createMessageIntake(context, base, { devices: openKnownDevices(context) });
    accept({ topic: `${base}/bridge/devices`, payload: Buffer.from(devices), retain: true });
    accept({ topic: `${base}/3栋/501 烟感`, payload: Buffer.from(payload), retain: false });
    expect(said(context)).toEqual(['00124b0000000001 unreadable-alarm']);
  },
);

test('a fault of the line has a beginning and an end, of a device and of the bridge', () => {
  const context = createRecordingContext(start);
  const send = open(context);
  send('3栋/501 烟感/availability', { state: 'online' }, true);
  send('3栋/501 烟感/availability', { state: 'offline' }, true);
  send('bridge/state', { state: 'offline' });
  send('bridge/state', { state: 'online' });
  expect(said(context)).toEqual([
    '00124b0000000001 link-fault',
    '00124b0000000000 link-fault',
    '00124b0000000000 link-fault ended',
  ]);
});

test('a fault of the line that began before a restart has one beginning and its end after it', () => {
  const context = createRecordingContext(start);
  open(context)('3栋/501 烟感/availability', { state: 'offline' }, true);
  const send = open(context);
  send('3栋/501 烟感/availability', { state: 'offline' }, true);
  send('3栋/501 烟感/availability', { state: 'online' }, true);
  open(context)('3栋/501 烟感/availability', { state: 'online' }, true);
  expect(said(context)).toEqual(['00124b0000000001 link-fault', '00124b0000000001 link-fault ended']);
});

describe('own listener', () => {
  async function listen(context: RecordingContext) {
    const adapter = await createZigbee2mqttAdapter(
      Object.assign(context, {
        settings: {
          host: '127.0.0.1',
          port: 0,
          username: 'zigbee2mqtt',
          password,
          clientId: 'test',
          baseTopic: base,
          maxConnections: 10,
          sirenDurationS: 180,
          filterButtonCache: false,
        },
      }),
    );
    closers.push(() => adapter.close());
    return (topic: string, args: string[], secret = password) =>
      run(
        'mosquitto_pub',
        [
          ...['-h', '127.0.0.1', '-p', String(adapter.port), '-q', '1', '-u', 'zigbee2mqtt', '-P', secret],
          ...['-t', `${base}/${topic}`, ...args],
        ],
        { timeout: 10_000 },
      );
  }

  test('takes what mosquitto_pub sends, and a wrong password nothing', async () => {
    const context = createRecordingContext(start);
    const publish = await listen(context);
    await publish('bridge/devices', ['-r', '-f', join(import.meta.dirname, 'bridge-devices.example.json')]);
    await publish('3栋/501 烟感', ['-m', '{"smoke":true}']);
    expect(said(context)).toEqual(['00124b0000000001 smoke']);
    await expect(publish('x', ['-m', '{"smoke":true}'], 'wrong')).rejects.toThrow();
    expect(context.accepted).toHaveLength(1);
  });

  test('does not acknowledge what could not be stored', async () => {
    const context = createRecordingContext(start);
    const publish = await listen(context);
    context.full = true;
    await expect(publish('kitchen', ['-m', '{"gas":true}'])).rejects.toThrow();
    context.full = false;
    await publish('kitchen', ['-m', '{"gas":true}']);
    expect(said(context)).toEqual(['kitchen gas']);
  });
});
