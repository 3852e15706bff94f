import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createRecordingContext, type RecordingContext } from '../../testing/recording-context.ts';
import { type ButtonFilters, openButtonFilters } from './button-filters.ts';
import { answerTimeoutMs, askAgainMs } from './config.ts';
import { type KnownDevices, openKnownDevices } from './known-devices.ts';

const start = Date.parse('2026-11-24T01:15:00.000Z');
const button = 'zigbee2mqtt:00124b0000000001';
const ieee = '0x00124b0000000001';
const entry = (number: number, model: string) => ({
  ieee_address: `0x00124b000000000${number}`,
  friendly_name: `device ${number}`,
  definition: { model, description: '', exposes: [] },
});
const ours = { filtered_cache: ['^sos$'] };

let context: RecordingContext;
let devices: KnownDevices;
let asked: { topic: string; id: string; options: object; transaction: string }[];
let isBridgeThere: boolean;
let filters: ButtonFilters;

beforeEach(() => {
  vi.useFakeTimers();
  context = createRecordingContext(start);
  isBridgeThere = true;
  asked = [];
});
afterEach(() => {
  filters.close();
  vi.useRealTimers();
});

function open(entries: object[] = [entry(1, 'SEB01ZB'), entry(2, 'HS1SA-E')], isAsking = true) {
  devices = openKnownDevices(context);
  devices.readList(Buffer.from(JSON.stringify(entries)));
  const publish = (topic: string, payload: string) => {
    if (isBridgeThere) asked.push({ topic, ...JSON.parse(payload) });
    return isBridgeThere;
  };
  filters = openButtonFilters({ context, devices, isAsking, publish });
}

const answer = (fields: object) =>
  filters.onBridgeResponse({ transaction: asked.at(-1)?.transaction, ...fields });
const infoOf = (options: object, more: object = {}) => ({
  config: { devices: { [ieee]: options } },
  ...more,
});
const reported = () =>
  context.accepted.map(({ device, body }) =>
    body.type === 'event' ? `${device.slice(-1)} ${body.kind}${body.active === false ? ' ended' : ''}` : '',
  );

test('a button whose presses cannot be told from repeats is told, its bridge asked once, and its end told', () => {
  open();
  expect(reported()).toEqual(['1 button-unsure']);
  expect(asked).toEqual([
    {
      topic: 'bridge/request/device/options',
      id: ieee,
      options: ours,
      transaction: expect.stringMatching(/^shouwang-[0-9a-f]{16}$/),
    },
  ]);
  expect(filters.of(button).filter).toBe('none');
  answer({ status: 'ok', data: { id: ieee, from: {}, to: ours, restart_required: false } });
  expect(reported()).toEqual(['1 button-unsure', '1 button-unsure ended']);
  expect(filters.of(button).filter).toBe('settling');
  filters.markSeen(button);
  expect(filters.of(button).filter).toBe('clean');
  filters.bridgeCame();
  filters.close();
  open();
  expect(filters.of(button).filter).toBe('clean');
  expect(asked).toHaveLength(1);
  expect(reported()).toHaveLength(2);
});

test('answers to others, and an ok without the filter, confirm nothing', () => {
  open();
  filters.onBridgeResponse({ status: 'ok', data: {}, transaction: 'another' });
  filters.onBridgeResponse({ status: 'ok', data: {} });
  filters.onBridgeResponse('ok');
  answer({ status: 'ok', data: { to: { retain: true } } });
  expect(filters.of(button).filter).toBe('none');
  expect(context.counts['button-filters-refused']).toBe(1);
});

test.each([
  ['no answer', () => vi.advanceTimersByTime(answerTimeoutMs)],
  ['an error', () => answer({ status: 'error', error: 'Device does not exist' })],
])('after %s it asks again, later each time', (_, fail) => {
  open();
  for (const [index, waitMs] of [...askAgainMs, askAgainMs.at(-1) ?? 0].entries()) {
    fail();
    vi.advanceTimersByTime(waitMs - 1);
    expect(asked).toHaveLength(index + 1);
    vi.advanceTimersByTime(1);
    expect(asked).toHaveLength(index + 2);
  }
  answer({ status: 'ok', data: {} });
  expect(filters.of(button).filter).toBe('settling');
  expect(vi.getTimerCount()).toBe(0);
});

test('without a bridge nothing is asked, and it is asked when one comes', () => {
  isBridgeThere = false;
  open();
  vi.advanceTimersByTime(86_400_000);
  isBridgeThere = true;
  expect(asked).toEqual([]);
  filters.bridgeCame();
  expect(asked).toHaveLength(1);
});

test('fifty buttons are asked for one after another, each once', () => {
  open(Array.from({ length: 50 }, (_, number) => ({ ...entry(0, 'SEB01ZB'), ...addressed(number) })));
  for (let number = 1; number <= 50; number++) {
    expect(asked).toHaveLength(number);
    answer({ status: 'ok', data: { to: ours } });
  }
  expect(new Set(asked.map(({ id }) => id)).size).toBe(50);
  expect(reported().filter((what) => what.endsWith('ended'))).toHaveLength(50);
});

const addressed = (number: number) => ({
  ieee_address: `0x00124b00000001${number.toString(16).padStart(2, '0')}`,
  friendly_name: `button ${number}`,
});

test('an owner who set the filter is not asked, and one who takes it away is asked again', () => {
  isBridgeThere = false;
  open();
  filters.onBridgeInfo(infoOf(ours));
  isBridgeThere = true;
  filters.bridgeCame();
  expect(asked).toEqual([]);
  expect(filters.of(button).filter).toBe('settling');
  filters.onBridgeInfo(infoOf({}));
  expect(asked).toHaveLength(1);
  expect(reported()).toEqual(['1 button-unsure', '1 button-unsure ended', '1 button-unsure']);
});

test('filters of its owner are asked for with ours, whether they were known before or not', () => {
  isBridgeThere = false;
  open();
  isBridgeThere = true;
  filters.onBridgeInfo({ config: { device_options: { filtered_cache: ['^a$'] }, devices: { [ieee]: {} } } });
  expect(asked.at(-1)?.options).toEqual({ filtered_cache: ['^a$', '^sos$'] });
  filters.close();

  context = createRecordingContext(start);
  open();
  answer({ status: 'ok', data: { from: { filtered_cache: ['^b$'] }, to: ours } });
  vi.advanceTimersByTime(askAgainMs[0]);
  expect(asked.at(-1)?.options).toEqual({ filtered_cache: ['^b$', '^sos$'] });
});

test.each([
  ['a throttle, which would drop the press', infoOf({ throttle: 5 })],
  [
    'a Zigbee2MQTT without filtered_cache',
    infoOf({}, { config_schema: { definitions: { device: { properties: {} } } } }),
  ],
])('it does not ask where there is %s', (_, info) => {
  isBridgeThere = false;
  open();
  isBridgeThere = true;
  filters.onBridgeInfo(info);
  filters.bridgeCame();
  expect(asked).toEqual([]);
  expect(reported()).toEqual(['1 button-unsure']);
});

test('where its setting says so nothing is asked, and the button stays unsure', () => {
  open(undefined, false);
  filters.bridgeCame();
  expect(asked).toEqual([]);
  expect(reported()).toEqual(['1 button-unsure']);
});

test('a debounce of the device is known, and a device that was taken away is no unsure button', () => {
  open();
  filters.onBridgeInfo(infoOf({ debounce: 1 }));
  expect(filters.of(button).isDebounced).toBe(true);
  devices.readList(Buffer.from(JSON.stringify([entry(2, 'HS1SA-E')])));
  filters.listed();
  expect(reported()).toEqual(['1 button-unsure', '1 button-unsure ended']);
});
