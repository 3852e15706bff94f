import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createRecordingContext, type RecordingContext } from '../../testing/recording-context.ts';
import { openKnownDevices } from './known-devices.ts';
import { createMessageIntake, type MessageIntake } from './message-intake.ts';

const start = Date.parse('2026-11-24T01:15:00.000Z');
const list = readFileSync(join(import.meta.dirname, 'bridge-devices.example.json'));
const ago = (context: RecordingContext, ms: number) => ({
  last_seen: new Date(context.clock - ms).toISOString(),
});

let running: MessageIntake | undefined;

/** A start of the agent, after the end of the one before: it knows nothing but what is on disk. */
function startAgent(context: RecordingContext, options: { devices?: Buffer; isBrokerOfOthers?: true } = {}) {
  const { devices = list, ...rest } = options;
  running?.close();
  const intake = createMessageIntake(context, 'zigbee2mqtt', { devices: openKnownDevices(context), ...rest });
  running = intake;
  const send = (name: string, state: unknown, retain = false) =>
    intake.accept({ topic: `zigbee2mqtt/${name}`, payload: Buffer.from(JSON.stringify(state)), retain });
  intake.accept({ topic: 'zigbee2mqtt/bridge/devices', payload: devices, retain: false });
  return { send, bridgeOnline: () => send('bridge/state', { state: 'online' }, true) };
}

const reported = ({ accepted }: RecordingContext) =>
  accepted.flatMap(({ historical, body }) =>
    body.type === 'event'
      ? [`${historical ? 'late ' : ''}${body.kind}${body.active === false ? ' ended' : ''}`]
      : [],
  );

describe('at our own listener every PUBLISH is now', () => {
  test.each(['smoke', 'gas', 'carbon_monoxide', 'water_leak'])(
    'an alarm published with the retain flag was late, and its second occurrence a repeat: %s',
    (key) => {
      const context = createRecordingContext(start);
      const { send } = startAgent(context);
      for (const isActive of [true, false, true]) {
        context.clock += 90_000;
        send('kitchen', { [key]: isActive }, true);
      }
      const kind = {
        smoke: 'smoke',
        gas: 'gas',
        carbon_monoxide: 'carbon-monoxide',
        water_leak: 'water-leak',
      }[key];
      expect(reported(context)).toEqual([kind, `${kind} ended`, kind]);
      expect(context.outcomes).toEqual(['accepted', 'accepted', 'accepted']);
    },
  );

  test('last_seen three minutes slow made a live gas alarm late', () => {
    const context = createRecordingContext(start);
    const { send } = startAgent(context);
    send('kitchen', { gas: false, ...ago(context, 180_000) }, true);
    context.clock += 5000;
    send('kitchen', { gas: true, ...ago(context, 180_000) }, true);
    expect(reported(context)).toEqual(['gas ended', 'gas']);
  });

  test('an alarm in the first minute after the bridge came online is told: late only where it is 15 min old', () => {
    const context = createRecordingContext(start);
    const { send, bridgeOnline } = startAgent(context);
    context.clock += 3_600_000;
    bridgeOnline();
    context.clock += 2000;
    send('no last_seen', { smoke: true }, true);
    send('seen 14 min ago', { smoke: true, ...ago(context, 840_000) }, true);
    send('seen 16 min ago', { smoke: true, ...ago(context, 960_000) }, true);
    expect(reported(context)).toEqual(['smoke', 'smoke', 'late smoke']);
  });

  test('what was told late hides nothing of now, and is told late once', () => {
    const context = createRecordingContext(start);
    const state = { smoke: true, ...ago(context, 960_000) };
    startAgent(context).send('kitchen', state);
    context.clock += 86_400_000 * 3;
    const { send } = startAgent(context);
    send('kitchen', state);
    expect(reported(context)).toEqual(['late smoke']);
    context.clock += 1000;
    send('kitchen', { smoke: true, ...ago(context, 0) });
    expect(reported(context)).toEqual(['late smoke', 'smoke']);
  });

  test('the first state after the bridge came online may be old, the second is now', () => {
    const context = createRecordingContext(start);
    const { send, bridgeOnline } = startAgent(context);
    send('kitchen', { gas: true });
    context.clock += 3_600_000;
    bridgeOnline();
    for (const gas of [true, false, true]) send('kitchen', { gas });
    expect(reported(context)).toEqual(['gas', 'gas ended', 'gas']);
  });
});

describe('ten restarts', () => {
  const ieeeOf = (number: number) => `0x00124b00000001${number.toString(16).padStart(2, '0')}`;
  const buttons = Array.from({ length: 50 }, (_, number) => `button ${number}`);
  const devices = Buffer.from(
    JSON.stringify(
      buttons.map((friendly_name, number) => ({
        ieee_address: ieeeOf(number),
        friendly_name,
        type: 'EndDevice',
        definition: {
          model: 'SEB01ZB',
          description: 'SOS button',
          exposes: ['sos', 'tamper', 'battery_low'].map((key) => ({
            ...{ type: 'binary', name: key, property: key, value_on: true, value_off: false },
          })),
        },
      })),
    ),
  );

  test.each([
    { what: 'Zigbee2MQTT', lastSeen: true, retain: false },
    { what: 'Zigbee2MQTT', lastSeen: false, retain: false },
    { what: 'Zigbee2MQTT', lastSeen: false, retain: true },
    { what: 'agent', lastSeen: true, retain: false },
    { what: 'agent', lastSeen: false, retain: true },
  ])(
    'of $what, fifty buttons once pressed, last_seen $lastSeen, retained $retain, called for help at every restart',
    ({ what, lastSeen, retain }) => {
      const context = createRecordingContext(start);
      let agent = startAgent(context, { devices });
      const cached = new Map<string, object>();
      const publish = (name: string, state: object) => {
        cached.set(name, { ...cached.get(name), ...state });
        agent.send(name, cached.get(name), retain);
      };
      for (const name of buttons) {
        context.clock += 100;
        publish(name, { sos: false, tamper: true, battery: 90, ...(lastSeen && ago(context, 0)) });
        context.clock += 100;
        publish(name, { sos: true, ...(lastSeen && ago(context, 0)) });
      }
      const before = reported(context);
      expect(before.filter((kind) => kind === 'sos')).toHaveLength(50);
      for (let restart = 0; restart < 10; restart++) {
        context.clock += 7_200_000;
        // In between the battery is reported, which repeats the press.
        for (const name of buttons)
          publish(name, { battery: 89 - restart, ...(lastSeen && ago(context, 0)) });
        if (what === 'agent') {
          agent = startAgent(context, { devices });
        } else agent.bridgeOnline();
        context.clock += 3000;
        for (const name of buttons) agent.send(name, cached.get(name), retain);
        // What is retained is sent anew two seconds later.
        agent.bridgeOnline();
        if (retain) for (const name of buttons) agent.send(name, cached.get(name), retain);
      }
      expect(reported(context)).toEqual(before);
    },
  );

  test('of the agent, days apart, made a currentValue alarm a new one each time', () => {
    const context = createRecordingContext(start);
    startAgent(context).send('3栋/501 烟感', { smoke: true });
    for (let restart = 0; restart < 10; restart++) {
      context.clock += 86_400_000;
      startAgent(context).send('3栋/501 烟感', { smoke: true });
    }
    expect(reported(context)).toEqual(['smoke']);
  });

  test('of an agent that was killed before it wrote what it told: told again, marked', () => {
    const context = createRecordingContext(start);
    startAgent(context).send('3栋/501 烟感', { smoke: true });
    context.files.delete('told-values.json');
    running = undefined;
    startAgent(context).send('3栋/501 烟感', { smoke: true });
    expect(reported(context)).toEqual(['smoke', 'smoke']);
    expect(context.outcomes).toEqual(['accepted', 'possible-repeat']);
  });
});

describe('behind a broker the flag marks what is old', () => {
  test('an alarm that the broker kept is late, once; one seen within two minutes is now', () => {
    const context = createRecordingContext(start);
    for (let restart = 0; restart < 10; restart++) {
      const { send } = startAgent(context, { isBrokerOfOthers: true });
      send('kitchen', { smoke: true }, true);
      send('hall', { smoke: true, last_seen: new Date(start - 60_000).toISOString() }, true);
      context.clock += 86_400_000;
    }
    expect(reported(context)).toEqual(['late smoke', 'smoke']);
  });

  test('what waited at the broker while the agent was away is now', () => {
    const context = createRecordingContext(start);
    startAgent(context, { isBrokerOfOthers: true }).send('kitchen', { smoke: true });
    context.clock += 3_600_000;
    const { send } = startAgent(context, { isBrokerOfOthers: true });
    for (const smoke of [false, true]) send('kitchen', { smoke, ...ago(context, 1_800_000) });
    expect(reported(context)).toEqual(['smoke', 'smoke ended', 'smoke']);
  });
});
