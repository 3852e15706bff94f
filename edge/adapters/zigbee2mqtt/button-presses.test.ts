import { describe, expect, test } from 'vitest';
import { createRecordingContext, type RecordingContext } from '../../testing/recording-context.ts';
import type { ButtonFilters } from './button-filters.ts';
import type { CacheFilter } from './button-presses.ts';
import { openKnownDevices } from './known-devices.ts';
import { createMessageIntake, type MessageIntake } from './message-intake.ts';

const start = Date.parse('2026-11-24T01:15:00.000Z');
const hourMs = 3_600_000;
const binary = (key: string) => ({
  ...{ type: 'binary', name: key, property: key, value_on: true, value_off: false },
});
const list = JSON.stringify([
  {
    ieee_address: '0x00124b0000000001',
    friendly_name: 'button',
    type: 'EndDevice',
    definition: {
      model: 'SEB01ZB',
      description: 'SOS button',
      exposes: ['sos', 'tamper', 'battery_low'].map(binary),
    },
  },
]);

let running: MessageIntake | undefined;

/** A button a minute after the agent started, so that no message may be the cache by its time. */
function openButton(
  context: RecordingContext,
  filter: { now: CacheFilter } = { now: 'none' },
  isDebounced = false,
) {
  const buttons: ButtonFilters = {
    of: () => ({ filter: filter.now, isDebounced }),
    markSeen: () => {
      if (filter.now === 'settling') filter.now = 'clean';
    },
    listed: () => undefined,
    bridgeCame: () => undefined,
    onBridgeInfo: () => undefined,
    onBridgeResponse: () => undefined,
    close: () => undefined,
  };
  running?.close();
  running = createMessageIntake(context, 'zigbee2mqtt', {
    devices: openKnownDevices(context),
    buttons,
  });
  const { accept } = running;
  accept({ topic: 'zigbee2mqtt/bridge/devices', payload: Buffer.from(list), retain: false });
  context.clock += 61_000;
  return (state: object, afterMs = 60_000) => {
    context.clock += afterMs;
    accept({ topic: 'zigbee2mqtt/button', payload: Buffer.from(JSON.stringify(state)), retain: false });
  };
}

const reported = ({ accepted }: RecordingContext) =>
  accepted.flatMap(({ body }) =>
    body.type === 'event' && ['sos', 'press-or-repeat'].includes(body.kind) ? [body.kind] : [],
  );
const seen = (context: RecordingContext, aheadMs = 60_000) => ({
  last_seen: new Date(context.clock + aheadMs).toISOString(),
});

test('the first press ever heard of a button is a press, and one after it was heard not pressed', () => {
  const context = createRecordingContext(start);
  const send = openButton(context);
  send({ sos: true, battery: 90 });
  expect(reported(context)).toEqual(['sos']);
  send({ battery: 90 });
  send({ sos: true, battery: 90 });
  send({ sos: false, battery: 90 });
  send({ sos: true, battery: 89 });
  expect(reported(context)).toEqual(['sos', 'sos', 'sos']);
});

describe('until the bridge leaves presses out of its cache', () => {
  test.each([{ battery: 89 }, { voltage: 2900 }, { temperature: 21 }])(
    'a report of the battery called for help again: %o',
    (changed) => {
      const context = createRecordingContext(start);
      const send = openButton(context);
      const before = { battery: 90, voltage: 3000, temperature: 20 };
      send({ sos: true, ...before, linkquality: 80 });
      send({ sos: true, ...before, ...changed, linkquality: 70 });
      expect(reported(context)).toEqual(['sos']);
      expect(context.counts['cached-presses']).toBe(1);
    },
  );

  test('a press whose frame also said that the battery is low was taken for a report of the battery', () => {
    const context = createRecordingContext(start);
    const send = openButton(context);
    send({ sos: true, battery: 10, battery_low: false });
    send({ sos: true, battery: 9, battery_low: true });
    expect(reported(context)).toEqual(['sos', 'press-or-repeat']);
  });

  test('where a device joins its messages, a press may come with the battery', () => {
    const context = createRecordingContext(start);
    const send = openButton(context, { now: 'none' }, true);
    send({ sos: true, battery: 90 });
    send({ sos: true, battery: 89 });
    expect(reported(context)).toEqual(['sos', 'press-or-repeat']);
  });

  test('where nothing but last_seen or linkquality changed somebody is asked, each time', () => {
    const context = createRecordingContext(start);
    const send = openButton(context);
    send({ sos: true, battery: 90, linkquality: 80, ...seen(context) });
    send({ sos: true, battery: 90, linkquality: 80, ...seen(context) });
    send({ sos: true, battery: 90, linkquality: 60, ...seen(context) });
    expect(reported(context)).toEqual(['sos', 'press-or-repeat', 'press-or-repeat']);
  });

  test('two such messages within 30 s are a press', () => {
    const context = createRecordingContext(start);
    const send = openButton(context);
    send({ sos: true, battery: 90 });
    send({ sos: true, battery: 90 }, 31_000);
    send({ sos: true, battery: 90 }, 31_000);
    expect(reported(context)).toEqual(['sos', 'press-or-repeat', 'press-or-repeat']);
    send({ sos: true, battery: 90 }, 29_000);
    expect(reported(context)).toEqual(['sos', 'press-or-repeat', 'press-or-repeat', 'sos']);
  });

  test.each([true, false])(
    'thirty days of unchanged battery reports after one press were thirty days of alarms, last_seen %s',
    (hasLastSeen) => {
      const context = createRecordingContext(start);
      const send = openButton(context);
      for (let hour = 0; hour < 30 * 24; hour++) {
        send({ sos: true, battery: 90, ...(hasLastSeen && seen(context, hourMs)) }, hourMs);
      }
      expect(reported(context).filter((kind) => kind === 'sos')).toHaveLength(1);
      expect(reported(context)).toHaveLength(30 * 24);
    },
  );

  test('a message sent again because its answer was lost is not a second press', () => {
    const context = createRecordingContext(start);
    const send = openButton(context);
    const state = { sos: true, battery: 90, ...seen(context) };
    for (let time = 0; time < 3; time++) send(state, time * 1000);
    expect(reported(context)).toEqual(['sos']);
  });

  test('an agent that was restarted asks about a button it knows as pressed, and hears one it does not', () => {
    const context = createRecordingContext(start);
    openButton(context)({ sos: true, battery: 90 });
    openButton(context)({ sos: true, battery: 89 });
    expect(reported(context)).toEqual(['sos', 'press-or-repeat']);
    openButton(context)({ battery: 89 });
    openButton(context)({ sos: true, battery: 89 });
    expect(reported(context)).toEqual(['sos', 'press-or-repeat', 'sos']);
  });
});

describe('from the moment the bridge leaves presses out of its cache', () => {
  test('the next press of a button was swallowed: every sos:true is one', () => {
    const context = createRecordingContext(start);
    const filter: { now: CacheFilter } = { now: 'none' };
    const send = openButton(context, filter);
    send({ sos: true, battery: 90 });
    filter.now = 'settling';
    send({ sos: true, battery: 90 });
    send({ sos: true, battery: 89 });
    send({ battery: 88 });
    send({ sos: true, battery: 88 });
    expect(reported(context)).toEqual(['sos', 'sos', 'sos', 'sos']);
  });

  test('the message with which the bridge writes its cache anew still carries what was in it', () => {
    const context = createRecordingContext(start);
    const filter: { now: CacheFilter } = { now: 'none' };
    const send = openButton(context, filter);
    send({ sos: true, battery: 90 });
    filter.now = 'settling';
    send({ sos: true, battery: 89 });
    expect(reported(context)).toEqual(['sos']);
    send({ sos: true, battery: 89 });
    expect(reported(context)).toEqual(['sos', 'sos']);
  });

  test('what the radio repeats within 2 s is taken and marked', () => {
    const context = createRecordingContext(start);
    const send = openButton(context, { now: 'clean' });
    send({ sos: true });
    send({ sos: true }, 1500);
    send({ sos: true }, 3000);
    expect(reported(context)).toEqual(['sos', 'sos', 'sos']);
    expect(context.outcomes).toEqual(['accepted', 'possible-repeat', 'accepted']);
  });
});

test('a button in no list was deaf after its first press, as nobody knows whether it ever says false', () => {
  const context = createRecordingContext(start);
  openButton(context);
  const send = (state: object) => {
    context.clock += 60_000;
    running?.accept({
      topic: 'zigbee2mqtt/by-itself',
      payload: Buffer.from(JSON.stringify(state)),
      retain: false,
    });
  };
  send({ sos: true, battery: 90, linkquality: 80 });
  send({ sos: true, battery: 89, linkquality: 80 });
  send({ sos: true, battery: 89, linkquality: 81 });
  send({ sos: false, battery: 89, linkquality: 81 });
  send({ sos: true, battery: 89, linkquality: 81 });
  expect(reported(context)).toEqual(['sos', 'press-or-repeat', 'sos']);
});
