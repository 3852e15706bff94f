import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createRecordingContext, type RecordingContext } from '../../testing/recording-context.ts';
import { readExposes } from './bridge-devices.ts';
import type { Danger } from './danger-words.ts';
import { openKnownDevices } from './known-devices.ts';
import { createMessageIntake } from './message-intake.ts';
import { readDefinition } from './read-definition.ts';
import { zigbeeTable } from './zigbee-table.generated.ts';

interface Recorded {
  model: string;
  vendor: string;
  dangers: Danger[];
  exposes: Array<{ property: string }>;
}

const recorded: { version: string; safety: Recorded[] } = JSON.parse(
  readFileSync(join(import.meta.dirname, 'safety-definitions.generated.json'), 'utf8'),
);
const start = Date.parse('2026-11-24T01:15:00.000Z');
const described = (dangers: readonly Danger[]) =>
  dangers.map((danger) => `${danger.replace('-', ' ')} alarm`).join(' ');

function open(context: RecordingContext, devices: unknown[] = []) {
  const { accept } = createMessageIntake(context, 'z', { devices: openKnownDevices(context) });
  const send = (name: string, payload: unknown) =>
    accept({ topic: `z/${name}`, payload: Buffer.from(JSON.stringify(payload)), retain: false });
  send('bridge/devices', devices);
  return send;
}

const said = ({ accepted }: RecordingContext) =>
  accepted.flatMap(({ body }) =>
    body.type === 'event' ? [`${body.kind}${body.active === false ? ' ended' : ''}`] : [],
  );

test('the table and the recorded definitions are of one version of the package', () => {
  expect(zigbeeTable.source.version).toBe(recorded.version);
  expect(recorded.safety.length).toBeGreaterThan(200);
});

describe('every alarm that a safety definition of the package can tell is told', () => {
  const readable = recorded.safety.filter(({ dangers, exposes }) => {
    return readDefinition(new Set(dangers), readExposes(exposes)).dangerKeys.size > 0;
  });
  test.each(readable.map((each) => [`${each.vendor} ${each.model}`, each] as const))(
    '%s',
    (_name, definition) => {
      const { model, vendor, dangers, exposes } = definition;
      const { dangerKeys } = readDefinition(new Set(dangers), readExposes(exposes));
      for (const [key, { kind, danger, none, neither }] of dangerKeys) {
        const context = createRecordingContext(start);
        const ieee_address = '0x00124b0000000001';
        const listed = { model, vendor, description: described(dangers), exposes };
        const send = open(context, [{ ieee_address, friendly_name: 'x', definition: listed }]);
        for (const value of neither) send('x', { [key]: value });
        expect(said(context)).toEqual([]);
        for (const value of danger) {
          for (const end of none.slice(0, 1)) send('x', { [key]: end });
          send('x', { [key]: value });
        }
        expect(said(context).filter((each) => each === kind)).toHaveLength(
          none.length > 0 ? danger.length : 1,
        );
        expect(said(context)).not.toContain('unreadable-alarm');
      }
    },
  );
});

test('a device that exposes nothing is read by its model and by the names of its keys', () => {
  const context = createRecordingContext(start);
  const listed = { ieee_address: '0x00124b0000000001', friendly_name: 'heat' };
  const send = open(context, [{ ...listed, definition: { model: 'HM-5HA-E' } }]);
  send('heat', { alarm: true });
  send('unlisted', { smoke_state: 'alarm' });
  send('unlisted', { fall_down_status: 'none' });
  send('unlisted', { fall_down_status: 'fall' });
  send('unlisted', { alarm: true });
  expect(said(context)).toEqual(['fire', 'smoke', 'fall']);
});

test.each(['gas', 'water', 'co'])('%s of a meter in no list is a number and no alarm', (key) => {
  const context = createRecordingContext(start);
  const send = open(context);
  for (const value of [17.25, 0, 1, 2]) send('meter', { [key]: value });
  expect(said(context)).toEqual([]);
});

const spellings: Array<[rest: string | number, alarm: string | number]> = [
  [0, 1],
  ['0', '1'],
  ['OFF', 'ON'],
  ['off', 'on'],
  ['false', 'true'],
  ['False', 'True'],
];
const exposedSmoke = { type: 'binary', name: 'smoke', property: 'smoke', access: 1 };
describe.each([
  ['exposed as true and false', [{ ...exposedSmoke, value_on: true, value_off: false }]],
  ['exposed as ON and OFF', [{ ...exposedSmoke, value_on: 'ON', value_off: 'OFF' }]],
  ['in no list', undefined],
])('a detector %s', (_which, exposes) => {
  test.each(spellings)('a rest written %j was a red "unreadable", and so was its alarm %j', (rest, alarm) => {
    const context = createRecordingContext(start);
    const listed = { ieee_address: '0x00124b0000000001', friendly_name: 'x' };
    const definition = { model: 'y', description: 'Smoke detector', exposes };
    const send = open(context, exposes ? [{ ...listed, definition }] : []);
    for (const smoke of [rest, alarm, rest, alarm]) send('x', { smoke });
    expect(said(context)).toEqual(['smoke ended', 'smoke', 'smoke ended', 'smoke']);
  });
});

test.each(['3.4e38', '1e999', '-1e999'])(
  'a battery of %s is dropped and counted, the smoke beside it told',
  (battery) => {
    const context = createRecordingContext(start);
    const { accept } = createMessageIntake(context, 'z', { devices: openKnownDevices(context) });
    accept({ topic: 'z/x', payload: Buffer.from(`{"battery":${battery},"smoke":true}`), retain: false });
    expect(said(context)).toEqual(['smoke']);
    expect(context.counts['values-out-of-range']).toBe(1);
  },
);

test('a word that its definition does not document calls a person', () => {
  const context = createRecordingContext(start);
  const exposes = [
    { type: 'enum', name: 'smoke_state', property: 'smoke_state', access: 1, values: ['alarm', 'normal'] },
  ];
  const listed = { ieee_address: '0x00124b0000000001', friendly_name: 'x' };
  const send = open(context, [
    { ...listed, definition: { model: 'y', description: 'Smoke detector', exposes } },
  ]);
  send('x', { smoke_state: 'heavy' });
  expect(said(context)).toEqual(['unreadable-alarm']);
});

test.each([
  ['occupancy', { type: 'binary', value_on: true, value_off: false }, true, false],
  ['presence', { type: 'binary', value_on: true, value_off: false }, true, false],
  ['occupancy_alarm_1', { type: 'binary', value_on: true, value_off: false }, true, false],
  ['mmwave_area1_occupancy', { type: 'binary', value_on: true, value_off: false }, true, false],
  ['presence_state', { type: 'enum', values: ['NONE', 'PRESENCE'] }, 'PRESENCE', 'NONE'],
  ['presence_state', { type: 'enum', values: ['none', 'motion', 'stationary'] }, 'stationary', 'none'],
  ['human_motion_state', { type: 'enum', values: ['none', 'small', 'large'] }, 'small', 'none'],
  [
    'motion_state',
    { type: 'enum', values: ['none', 'small', 'medium', 'large', 'far', 'near'] },
    'far',
    'none',
  ],
  [
    'movement',
    { type: 'enum', values: ['unknown_0', 'no_presence', 'movement', 'no_movement'] },
    'movement',
    'no_presence',
  ],
])('%s is a sign of activity', (property, exposed, on, off) => {
  const context = createRecordingContext(start);
  const exposes = [{ name: property, property, access: 1, ...exposed }];
  const listed = { ieee_address: '0x00124b0000000001', friendly_name: 'x' };
  const send = open(context, [{ ...listed, definition: { model: 'y', description: 'Sensor', exposes } }]);
  for (const value of [on, off]) send('x', { [property]: value });
  expect(said(context)).toEqual(['motion', 'motion ended']);
});
