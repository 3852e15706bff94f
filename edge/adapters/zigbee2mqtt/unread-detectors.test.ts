import { expect, test } from 'vitest';
import { createRecordingContext, type RecordingContext } from '../../testing/recording-context.ts';
import { openKnownDevices } from './known-devices.ts';
import { createMessageIntake } from './message-intake.ts';

const start = Date.parse('2026-11-24T01:15:00.000Z');
const key = (name: string, more: object) => ({ name, property: name, access: 1, ...more });
const binary = { type: 'binary', value_on: true, value_off: false };

function listed(name: string, definition: { model: string; description: string; exposes: object[] }) {
  return { ieee_address: `0x00124b00000000${name}`, friendly_name: name, type: 'EndDevice', definition };
}
const readable = listed('01', { model: 'A', description: 'Smoke detector', exposes: [key('smoke', binary)] });
const mute = listed('02', {
  model: 'B',
  description: 'Smoke detector',
  exposes: [
    key('smoke_density', { type: 'numeric', unit: 'dB/m' }),
    key('battery', { type: 'numeric', unit: '%' }),
  ],
});
const words = listed('03', {
  model: 'C',
  description: 'Sensor',
  exposes: [key('fall_status', { type: 'text' })],
});
const meter = listed('04', {
  model: 'D',
  description: 'Gas meter',
  exposes: [key('gas', { type: 'numeric', unit: 'm³' })],
});
const button = listed('05', {
  model: 'E',
  description: 'SOS button',
  exposes: [key('action', { type: 'enum', values: ['single'] })],
});
const lamp = listed('06', {
  model: 'F',
  description: 'LED flood light bulb',
  exposes: [{ type: 'light', features: [key('state', { ...binary, access: 7 })] }],
});

const nameless = listed('07', {
  model: '34e25a8282064fc1939e5b777d5a805d',
  description: 'Automatically generated definition',
  exposes: [key('alarm_1', binary), key('alarm_2', binary), key('tamper', binary)],
});

function open(context: RecordingContext) {
  const { accept } = createMessageIntake(context, 'z', { devices: openKnownDevices(context) });
  return (name: string, payload: unknown) =>
    accept({ topic: `z/${name}`, payload: Buffer.from(JSON.stringify(payload)), retain: false });
}

const said = ({ accepted }: RecordingContext) =>
  accepted.flatMap(({ device, body }) =>
    body.type === 'event'
      ? [`${device.slice(-2)} ${body.kind}${body.active === false ? ' ended' : ''} ${body.code ?? ''}`.trim()]
      : [],
  );

test('a detector whose danger cannot be read is told from the list of devices, and nothing else is', () => {
  const context = createRecordingContext(start);
  open(context)('bridge/devices', [readable, mute, words, meter, button, lamp]);
  expect(said(context)).toEqual(['02 detector-unread B', '03 detector-unread C']);
});

test('an alarm of a model that the bridge does not know is told as unread', () => {
  const context = createRecordingContext(start);
  const { definition } = nameless;
  open(context)('bridge/devices', [{ ...nameless, definition: { ...definition, source: 'generated' } }]);
  expect(said(context)).toEqual([`07 detector-unread ${definition.model}`]);
});

test('it is told once over lists and restarts, and its end where a later list makes it readable or leaves it out', () => {
  const context = createRecordingContext(start);
  open(context)('bridge/devices', [mute, words]);
  open(context)('bridge/devices', [mute, words, meter]);
  const now = { ...mute, definition: { ...mute.definition, exposes: [key('smoke', binary)] } };
  open(context)('bridge/devices', [now, words]);
  open(context)('bridge/devices', [now]);
  expect(said(context)).toEqual([
    '02 detector-unread B',
    '03 detector-unread C',
    '02 detector-unread ended',
    '03 detector-unread ended',
  ]);
});

test('a bridge that writes a topic a key and no states made every detector mute and told nobody', () => {
  const context = createRecordingContext(start);
  const info = (output: string) => ({ config: { advanced: { output }, devices: {} } });
  const send = open(context);
  send('bridge/info', info('json'));
  send('bridge/devices', [readable, meter, button, lamp]);
  expect(said(context)).toEqual([]);
  context.full = true;
  expect(() => send('bridge/info', info('attribute'))).toThrow('full');
  context.full = false;
  send('bridge/info', info('attribute'));
  const again = open(context);
  again('bridge/devices', [readable, meter, button, lamp]);
  again('bridge/info', info('attribute'));
  expect(said(context)).toEqual(['01 detector-unread A', '05 detector-unread E']);
  again('bridge/info', info('attribute_and_json'));
  expect(said(context).slice(2)).toEqual(['01 detector-unread ended', '05 detector-unread ended']);
});

test('it is told with the next list where the outbox was full', () => {
  const context = createRecordingContext(start);
  const send = open(context);
  context.full = true;
  expect(() => send('bridge/devices', [mute])).toThrow('full');
  context.full = false;
  send('bridge/devices', [mute]);
  expect(said(context)).toEqual(['02 detector-unread B']);
});

test('the topic of a group is no device: counted, also after a restart, and a device beside it is heard', () => {
  const context = createRecordingContext(start);
  const send = open(context);
  send('bridge/groups', [{ id: 1, friendly_name: '走廊', members: [] }, { id: 2 }, null]);
  send('走廊', { state: 'ON', smoke: true });
  open(context)('走廊', { state: 'OFF' });
  open(context)('kitchen', { gas: true });
  send('bridge/groups', 'no list');
  expect(said(context)).toEqual(['en gas gas']);
  expect(context.counts).toMatchObject({ 'group-states': 2, 'unreadable-group-lists': 1 });
  expect(context.accepted.map(({ device }) => device)).toEqual(['zigbee2mqtt:kitchen']);
});
