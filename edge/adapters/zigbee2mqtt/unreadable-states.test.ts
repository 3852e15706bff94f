import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { EdgeError } from '../../errors.ts';
import { createRecordingContext, type RecordingContext } from '../../testing/recording-context.ts';
import type { Observation } from '../adapter.ts';
import { createMessageAcceptor } from './accept-message.ts';
import { maxEqualUnreadable } from './config.ts';
import { openKnownDevices } from './known-devices.ts';
import { createMessageIntake } from './message-intake.ts';

const start = Date.parse('2026-11-24T01:15:00.000Z');
const list = readFileSync(join(import.meta.dirname, 'bridge-devices.example.json'));
const smoke = '3栋/501 烟感';

function open(context: RecordingContext) {
  const intake = createMessageIntake(context, 'zigbee2mqtt', { devices: openKnownDevices(context) });
  const accept = createMessageAcceptor(context, intake);
  const send = (payload: string, topic = smoke) =>
    accept({ topic: `zigbee2mqtt/${topic}`, payload: Buffer.from(payload), retain: false });
  accept({ topic: 'zigbee2mqtt/bridge/devices', payload: list, retain: true });
  return send;
}

const reported = ({ accepted, outcomes }: RecordingContext) =>
  accepted.flatMap(({ body }, index) =>
    body.type === 'event' ? [`${body.kind}${outcomes[index] === 'possible-repeat' ? ' again' : ''}`] : [],
  );

test('an unreadable value hid every other one of its device for ten minutes', () => {
  const context = createRecordingContext(start);
  const send = open(context);
  for (const payload of ['{"smoke":"?"}', '{"smoke":{}}', '{"smoke":tru', '{"smoke":"?","battery":3}']) {
    context.clock += 1000;
    send(payload);
  }
  expect(reported(context)).toEqual([
    'unreadable-alarm',
    'unreadable-alarm',
    'unreadable-alarm',
    'unreadable-alarm again',
  ]);
});

test.each([
  ['a byte order mark', '\ufeff{"smoke":false}', '\ufeff{"smoke":true}'],
  ['the end of a C string', '{"smoke":false}\0', '{"smoke":true}\0\0'],
])('a rest with %s called a person, and its alarm was told as unreadable', (_what, rest, alarm) => {
  const context = createRecordingContext(start);
  const send = open(context);
  for (const payload of [rest, alarm]) send(payload);
  expect(reported(context)).toEqual(['smoke', 'smoke']);
  expect(context.accepted[0]?.body).toMatchObject({ active: false });
});

test.each(['{"smoke":true}', '{"smoke":true,"battery":80}'])(
  'an unreadable value hid a readable one after it: %s',
  (after) => {
    const context = createRecordingContext(start);
    const send = open(context);
    for (const payload of ['{"smoke":true}', '{"smoke":"?"}', after]) send(payload);
    expect(reported(context)).toEqual(['smoke', 'unreadable-alarm', 'smoke']);
  },
);

test('the same unreadable message is a record each time, after a minute without a mark', () => {
  const context = createRecordingContext(start);
  const send = open(context);
  for (const pauseMs of [0, 30_000, 61_000]) {
    context.clock += pauseMs;
    send('{"smoke":"?"}');
  }
  expect(reported(context)).toEqual(['unreadable-alarm', 'unreadable-alarm again', 'unreadable-alarm']);
});

test('a flood of one unreadable message is kept ten times a minute and counted, another passes', () => {
  const context = createRecordingContext(start);
  const send = open(context);
  for (let time = 0; time < 1000; time++) {
    context.clock += 100;
    send('{"smoke":"?"}');
  }
  const perMinute = reported(context).length;
  expect(perMinute).toBe(2 * maxEqualUnreadable);
  expect(context.counts['unreadable-states-not-kept']).toBe(1000 - perMinute);
  send('{"smoke":"!"}');
  expect(reported(context)).toHaveLength(perMinute + 1);
});

test('a message that can never be taken stopped its gateway for good', () => {
  const context = createRecordingContext(start);
  const send = open(context);
  const { accept } = context;
  const poison = '{"smoke":true,"battery":90}';
  context.accept = (observations: Observation[]) => {
    if (observations.some(({ body }) => body.type === 'reading')) throw new TypeError('not a function');
    return accept(observations);
  };
  expect(() => send(poison)).toThrow(TypeError);
  expect(() => send(poison)).toThrow(TypeError);
  send(poison);
  send('{"gas":true}', 'kitchen');
  expect(context.accepted.map(({ device, body }) => ({ device, body }))).toEqual([
    {
      device: 'zigbee2mqtt:00124b0000000001',
      body: {
        type: 'event',
        kind: 'unreadable-alarm',
        unreadable: {
          reason: 'not accepted in three tries: TypeError: not a function',
          raw: Buffer.from(poison).toString('hex'),
        },
      },
    },
    { device: 'zigbee2mqtt:kitchen', body: { type: 'event', kind: 'gas', code: 'gas' } },
  ]);
  expect(context.counts['dead-letters']).toBe(1);
});

test('an alarm that a full outbox refused ten times is taken the eleventh', () => {
  const context = createRecordingContext(start);
  const send = open(context);
  context.full = true;
  for (let time = 0; time < 10; time++) expect(() => send('{"smoke":true}')).toThrow(EdgeError);
  context.full = false;
  send('{"smoke":true}');
  expect(reported(context)).toEqual(['smoke']);
});
