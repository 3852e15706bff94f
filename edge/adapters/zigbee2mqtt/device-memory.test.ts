import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createRecordingContext, type RecordingContext } from '../../testing/recording-context.ts';
import { openKnownDevices } from './known-devices.ts';
import { createMessageIntake } from './message-intake.ts';

const start = Date.parse('2026-11-24T01:15:00.000Z');
const list = readFileSync(join(import.meta.dirname, 'bridge-devices.example.json'));

/** A start of the agent, which knows nothing but what is on disk. */
function startAgent(context: RecordingContext) {
  const { accept } = createMessageIntake(context, 'zigbee2mqtt', { devices: openKnownDevices(context) });
  accept({ topic: 'zigbee2mqtt/bridge/devices', payload: list, retain: true });
  return (state: object) =>
    accept({
      topic: 'zigbee2mqtt/3栋/501 烟感',
      payload: Buffer.from(JSON.stringify(state)),
      retain: false,
    });
}

const at = (seconds: number) => ({ last_seen: new Date(start + seconds * 1000).toISOString() });

/** What was told of a kind and is not marked as a possible repeat. */
const alarmsOf = ({ accepted, outcomes }: RecordingContext, kind: string) =>
  accepted.flatMap(({ body }, index) =>
    body.type === 'event' && body.kind === kind && outcomes[index] === 'accepted'
      ? [body.active === false ? 'ended' : 'began']
      : [],
  );

test.each([
  { name: 'with last_seen', seen: at },
  { name: 'without last_seen', seen: () => ({}) },
])(
  'an alarm and its end, both sent again after a kill together with a reading, hide no later alarm: $name',
  ({ seen }) => {
    const context = createRecordingContext(start);
    const began = { smoke: true, linkquality: 120, ...seen(0) };
    const ended = { smoke: false, linkquality: 120, ...seen(1) };
    const before = startAgent(context);
    before(began);
    before(ended);
    const after = startAgent(context);
    after(began);
    after(ended);
    context.clock += 5000;
    after({ smoke: true, linkquality: 120, ...seen(5) });
    expect(alarmsOf(context, 'smoke')).toEqual(['began', 'ended', 'began']);
  },
);

test('a message of another key of the device, sent again after a kill, does not keep an ended alarm currentValue', () => {
  const context = createRecordingContext(start);
  const tampered = { smoke: true, tamper: true, ...at(1) };
  const ended = { smoke: false, tamper: true, ...at(2) };
  const before = startAgent(context);
  before({ smoke: true, tamper: false, ...at(0) });
  before(tampered);
  before(ended);
  const after = startAgent(context);
  after(tampered);
  after(ended);
  after({ smoke: true, tamper: true, ...at(5) });
  expect(alarmsOf(context, 'smoke').at(-1)).toBe('began');
  // The first after a start tells once more what still holds; what comes after it is the alarm of now.
  expect(alarmsOf(context, 'smoke')).toEqual(['began', 'ended', 'began', 'began']);
});

test('an old end, sent again while the next alarm holds, does not make it a new one', () => {
  const context = createRecordingContext(start);
  const ended = { smoke: false, ...at(1) };
  const send = startAgent(context);
  send({ smoke: true, ...at(0) });
  send(ended);
  send({ smoke: true, ...at(2) });
  send(ended);
  send({ smoke: true, temperature: 21, ...at(3) });
  expect(alarmsOf(context, 'smoke')).toEqual(['began', 'ended', 'began']);
});
