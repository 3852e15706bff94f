import { expect, test } from 'vitest';
import { exampleDevice, exampleIncident, exampleNow } from '#dashboard/testing/live-examples.ts';
import { alarmsByDevice, countStates, deviceRows, filterDevices } from './device-rows.ts';

const view = (id: string, place: string, change: { class?: string; building?: string } = {}) => ({
  id,
  class: 'watch',
  name: id,
  place,
  gateway: 'gw-1',
  ...change,
});
const views = [
  view('live-10', '10栋1单元101', { building: 'b10' }),
  view('live-2', '2栋1单元101', { building: 'b2' }),
  view('unknown', '1栋', { class: 'gate', building: 'b2' }),
  view('silent', '9栋'),
];
const states = new Map(
  [
    exampleDevice({
      device: 'live-2',
      latest: {
        battery: { capturedAt: exampleNow, value: 41.6 },
        'heart-rate': { capturedAt: exampleNow, value: 77 },
      },
    }),
    exampleDevice({ device: 'live-10', latest: {} }),
    exampleDevice({ device: 'silent', state: 'stale', heardAt: exampleNow - 1 }),
  ].map((state) => [state.device, state]),
);
const rows = deviceRows(views, states);
const idsOf = (some: typeof rows) => some.map(({ device }) => device.id);

test('puts what is silent first and orders places as people count', () => {
  expect(idsOf(rows)).toEqual(['silent', 'unknown', 'live-2', 'live-10']);
  expect(countStates(rows)).toEqual({ live: 2, stale: 1, unheard: 1 });
});

test('a detector that still says smoke is shown in alarm and first, though its incident was closed', () => {
  const closed = exampleIncident({
    state: 'resolved',
    holding: [{ kind: 'smoke', device: 'live-10' }, { kind: 'smoke', device: 'live-10' }, { kind: 'gas' }],
  });
  const inAlarm = deviceRows(views, states, alarmsByDevice([closed]));
  expect(idsOf(inAlarm)).toEqual(['live-10', 'silent', 'unknown', 'live-2']);
  expect(inAlarm[0]).toMatchObject({ state: 'live', alarms: ['smoke'] });
  expect(inAlarm.slice(1).every(({ alarms }) => alarms === undefined)).toBe(true);
});

test('a device nobody has heard of is unheard, never live', () => {
  expect(rows.find(({ device }) => device.id === 'unknown')).toEqual({ device: views[2], state: 'unheard' });
});

test('tells the battery and when it was heard, and no vital sign', () => {
  expect(rows.find(({ device }) => device.id === 'live-2')).toEqual({
    device: views[1],
    state: 'live',
    heardAt: exampleNow,
    battery: 42,
  });
});

test.each([
  [{ class: 'gate' }, ['unknown']],
  [{ building: 'b2' }, ['unknown', 'live-2']],
  [{ building: 'b2', state: 'live' as const }, ['live-2']],
  [{}, ['silent', 'unknown', 'live-2', 'live-10']],
])('%o leaves what it names', (filter, ids) => {
  expect(idsOf(filterDevices(rows, filter))).toEqual(ids);
});
