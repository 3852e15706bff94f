import { describe, expect, it, vi } from 'vitest';
import { maxRecordBytes, StrictAlarmRecord } from '#contracts/record.ts';
import { createValidator } from '#contracts/validate.ts';
import { silentLog } from '#runtime/log.ts';
import type { Observation } from '../adapters/adapter.ts';
import {
  createTestClock,
  createTestFolder,
  heartRate,
  openTestOutbox,
  recordsOf,
  sos,
} from '../testing/open-test-outbox.ts';
import { logFaultEveryMs } from './observation-faults.ts';

const device = 'zigbee2mqtt:0x00158d0001';
const isAlarmRecord = createValidator(StrictAlarmRecord);

/** A body as a faulty adapter might make it. */
const observe = (body: unknown, more: Partial<Observation> = {}) =>
  ({ device, ...more, body }) as unknown as Observation;
const smoke = (more: object = {}) => ({ type: 'event', kind: 'smoke', ...more });
const reading = (value: number) => observe({ type: 'reading', quantity: 'voltage', value, unit: 'V' });

describe('a reading out of range', () => {
  it.each([3.4e38, Number.POSITIVE_INFINITY, Number.NaN, -1e13])(
    'of %d volts is dropped and counted, and the smoke and the battery beside it go on',
    (value) => {
      const { outbox, counters } = openTestOutbox(createTestFolder());
      const battery = observe({ type: 'reading', quantity: 'battery', value: 80, unit: '%' });
      expect(outbox.accept([reading(value), observe(smoke()), battery])).toEqual([
        'dropped',
        'accepted',
        'accepted',
      ]);
      outbox.flush();
      expect(recordsOf(outbox, 'alarm')).toMatchObject([{ device, body: { kind: 'smoke' } }]);
      expect(recordsOf(outbox, 'telemetry')).toMatchObject([{ device, body: { quantity: 'battery' } }]);
      expect(counters.values).toMatchObject({
        'observations-dropped': 1,
        'zigbee2mqtt.observations-dropped.voltage': 1,
      });
    },
  );

  it('that comes every second is logged once a minute and counted each time', () => {
    const log = silentLog();
    const warn = vi.spyOn(log, 'warn');
    const clock = createTestClock();
    const { outbox, counters } = openTestOutbox(createTestFolder(), { log, clock });
    for (let second = 0; second < 120; second++) {
      outbox.accept([reading(3.4e38)]);
      clock.advance(logFaultEveryMs / 60);
    }
    expect(warn).toHaveBeenCalledTimes(2);
    expect(counters.values['observations-dropped']).toBe(120);
  });
});

describe('an alarm the wire does not allow as it is', () => {
  const position = { latitude: 31.2, longitude: 121.4, source: 'gnss' };
  const cases: { what: string; given: Observation; body: object }[] = [
    {
      what: 'a text too long',
      given: observe(smoke({ text: '烟'.repeat(300) })),
      body: { text: '烟'.repeat(256) },
    },
    {
      what: 'a code too long',
      given: observe(smoke({ code: 'x'.repeat(99) })),
      body: { code: 'x'.repeat(64) },
    },
    {
      what: 'a code that is no text',
      given: observe(smoke({ code: 7, text: 'kitchen' })),
      body: { text: 'kitchen' },
    },
    {
      what: 'a position out of range',
      given: observe(smoke({ position: { ...position, latitude: 3120 }, text: 'kitchen' })),
      body: { text: 'kitchen' },
    },
    {
      what: 'an accuracy out of range',
      given: observe(smoke({ position: { ...position, accuracyM: -1 } })),
      body: { position },
    },
    { what: 'an unknown field', given: observe(smoke({ voltage: 3 })), body: {} },
    {
      what: 'a field named __proto__',
      given: observe(JSON.parse('{"type":"event","kind":"smoke","__proto__":1}')),
      body: {},
    },
    { what: 'fifty unknown fields', given: observe(smoke(manyFields(50))), body: {} },
    { what: 'a field larger than a record', given: observe(smoke({ component: large() })), body: {} },
    { what: 'an end that is no truth value', given: observe(smoke({ active: 'yes' })), body: {} },
    {
      what: 'a raw text too long',
      given: observe({
        type: 'event',
        kind: 'unreadable-alarm',
        unreadable: { reason: 'r'.repeat(300), raw: 'ab'.repeat(2000) },
      }),
      body: { kind: 'unreadable-alarm', unreadable: { reason: 'r'.repeat(200), raw: 'ab'.repeat(512) } },
    },
  ];
  it.each(cases)('for $what keeps its device, its kind and the rest', ({ given, body }) => {
    const { outbox, counters } = openTestOutbox(createTestFolder());
    expect(outbox.accept([given, heartRate(70)])).toEqual(['accepted', 'accepted']);
    const [record, ...others] = recordsOf(outbox, 'alarm');
    expect(others).toEqual([]);
    expect(record).toMatchObject({ device });
    expect(record?.body).toEqual({ type: 'event', kind: 'smoke', ...body });
    expect(isAlarmRecord(record)).toMatchObject({ ok: true });
    expect(counters.values['observations-repaired']).toBe(1);
  });

  it('an end stays an end', () => {
    const { outbox } = openTestOutbox(createTestFolder());
    outbox.accept([observe(smoke({ active: false, text: 'x'.repeat(257) }))]);
    expect(recordsOf(outbox, 'alarm')[0]?.body).toMatchObject({ kind: 'smoke', active: false });
  });

  it('a serial number too long still tells a repeat', () => {
    const { outbox } = openTestOutbox(createTestFolder());
    const press = (code: string) => sos(code, { origin: { key: `${'9'.repeat(200)}${code}` } });
    expect(outbox.accept([press('1'), press('2'), press('1')])).toEqual(['accepted', 'accepted', 'repeat']);
  });
});

describe('an alarm that cannot be repaired', () => {
  it.each([
    { what: 'a kind nobody knows', body: { type: 'event', kind: 'constructor' } },
    { what: 'a type nobody knows', body: { type: 'alarm' } },
    { what: 'no body', body: undefined },
    { what: 'a result of no command', body: { type: 'command-result', command: 'x', result: 'done' } },
    { what: 'a body that cannot be written', body: circular() },
  ])('for $what becomes an unreadable alarm of its device', ({ body }) => {
    const { outbox, counters } = openTestOutbox(createTestFolder());
    expect(outbox.accept([observe(body), sos(1)])).toEqual(['accepted', 'accepted']);
    expect(recordsOf(outbox, 'alarm')).toMatchObject([
      { device, body: { kind: 'unreadable-alarm', unreadable: { reason: expect.any(String) } } },
      { body: { kind: 'sos' } },
    ]);
    expect(counters.values['observations-unreadable']).toBe(1);
  });

  it.each(['', 'zigbee2mqtt:烟感 1', 'x'.repeat(300), '__proto__'])(
    'for a device address that is none (%s) becomes an unreadable alarm of the gateway, the reading beside it goes',
    (address) => {
      const { outbox } = openTestOutbox(createTestFolder());
      const given = [observe(smoke(), { device: address }), { ...reading(3), device: address }];
      expect(outbox.accept(given)).toEqual(['accepted', 'dropped']);
      const raw = Buffer.from(JSON.stringify(smoke())).toString('hex');
      expect(recordsOf(outbox, 'alarm')).toMatchObject([
        { device: 'gateway:gateway-1', body: { kind: 'unreadable-alarm', unreadable: { raw } } },
      ]);
    },
  );
});

function manyFields(count: number): object {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`field-${index}`, index]));
}

function large(): object {
  return { systemType: 1, systemAddress: 1, note: 'x'.repeat(maxRecordBytes) };
}

function circular(): unknown {
  const body: Record<string, unknown> = { type: 'event', kind: 'smoke!' };
  body.self = body;
  return body;
}
