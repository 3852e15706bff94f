import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createInfluxQuery } from '../store/influx/influx-query.ts';
import { type InfluxOptions, openInfluxStore } from '../store/influx/influx-store.ts';
import { type Influxd, startInfluxd } from '../store/influx/influxd.ts';
import { pointsOf } from '../store/points-of.ts';
import type { TelemetryStore } from '../store/telemetry-store.ts';
import { alarm, reading, telemetry } from '../testing/receiving.ts';
import { conformanceNow } from '../testing/stored-entries.ts';
import { validateSafely } from './validate-safely.ts';

const receivedAt = Date.parse('2026-11-24T01:15:02.000Z');
let folder: string;
let influxd: Influxd;
let store: TelemetryStore;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lying-'));
  influxd = await startInfluxd({ dataDir: folder });
  const options: InfluxOptions = { url: influxd.url, database: 'lies', timeoutMs: 10_000 };
  await createInfluxQuery(options)('CREATE DATABASE "lies"');
  store = openInfluxStore(options, conformanceNow);
});
afterAll(async () => {
  await influxd.stop();
  rmSync(folder, { recursive: true });
});

let position = 0;
/** Validates a payload and writes what was accepted into InfluxDB; tells reasons and what is held plausible. */
const meet = async (lane: 'alarm' | 'telemetry', text: string) => {
  const context = { source: { community: 'c1', gateway: 'gw1', lane }, findDevice: () => 'd1' };
  const validations = validateSafely(context, Buffer.from(text));
  const entries = validations.flatMap((validation) => {
    if (validation.outcome === 'rejected') return [];
    position += 1;
    return [{ ...validation.record, position, receivedAt }];
  });
  expect(await store.write(entries)).toEqual([]);
  return {
    reasons: validations.flatMap((one) => (one.outcome === 'rejected' ? [one.deadLetter.reason] : [])),
    plausible: entries
      .flatMap(pointsOf)
      .map((point) => ('plausible' in point ? point.plausible : 'no reading')),
  };
};
const heartRate = (value: unknown) => ({ type: 'reading', quantity: 'heart-rate', value, unit: '/min' });
const of = (record: object) => JSON.stringify(telemetry({ ...reading(1), ...record }));
const at = (latitude: number, longitude: number) => ({
  body: { type: 'position', position: { latitude, longitude, source: 'gnss' } },
});
const manyKeys = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`key-${index}`, index]));

test.each([
  ['no number', of({ body: heartRate('NUMBER') }).replace('"NUMBER"', 'NaN'), 'not-json'],
  ['an endless number', of({ body: heartRate('NUMBER') }).replace('"NUMBER"', '1e999'), 'invalid'],
  ['1e308', of({ body: heartRate(1e308) }), 'invalid'],
  ['-1e308', of({ body: heartRate(-1e308) }), 'invalid'],
  ['a text for a number', of({ body: heartRate('72') }), 'invalid'],
  ['north of the pole', of(at(90.5, 118)), 'invalid'],
  ['the sea south of Ghana', of(at(0, 0)), 'invalid'],
  ['31 February', of({ capturedAt: '2026-02-31T25:00:00.000Z' }), 'invalid'],
  ['10,000 keys', of({ ...manyKeys }), 'invalid'],
  ['a value given twice', of({}).replace('"value":72', '"value":72,"value":61'), 'duplicate-key'],
  ['a prototype', of({}).replace('"value":72', '"value":72,"__proto__":{"value":1}'), 'invalid'],
])('%s is refused with its reason', async (_name, text, reason) => {
  expect(await meet('telemetry', text)).toEqual({ reasons: [reason], plausible: [] });
});

test.each([
  ['a heart rate of 900', of({ body: heartRate(900) })],
  ['1970', of({ capturedAt: '1970-01-01T00:00:00.000Z' })],
  ['2099', of({ capturedAt: '2099-12-31T23:59:59.999Z' })],
])('%s is kept as implausible, and is never the latest', async (_name, text) => {
  expect(await meet('telemetry', text)).toEqual({ reasons: [], plausible: [false] });
  expect(await store.latest({ community: 'c1', device: 'd1' })).toEqual([]);
});

test('a reading and an event of 2099 stand at the time they came', async () => {
  const sos = alarm(9, { capturedAt: '2099-12-31T23:59:59.999Z' });
  await meet('alarm', JSON.stringify(sos));
  expect((await store.events({ limit: 1 }))[0]).toMatchObject({ kind: 'sos', at: receivedAt });
});

test.each([
  [
    '1,000 unknown keys',
    JSON.stringify({
      ...alarm(1),
      record: { ...alarm(1).record, ...Object.fromEntries(Object.entries(manyKeys).slice(0, 1000)) },
    }),
    [],
  ],
  [
    '10,000 unknown keys, which no gateway can send',
    JSON.stringify({ ...alarm(1), record: { ...alarm(1).record, ...manyKeys } }),
    ['invalid'],
  ],
  ['a prototype', JSON.stringify(alarm(2)).replace('"type"', '"__proto__":{"kind":"x"},"type"'), []],
  [
    'a kind given twice',
    JSON.stringify(alarm(3)).replace('"kind"', '"kind":"doorbell","kind"'),
    ['duplicate-key'],
  ],
])('an alarm with %s is accepted, or a dead letter with its reason', async (_name, text, reasons) => {
  expect((await meet('alarm', text)).reasons).toEqual(reasons);
});

test('a true reading among them is the latest', async () => {
  expect(await meet('telemetry', of({}))).toEqual({ reasons: [], plausible: [true] });
  expect(await store.latest({ community: 'c1', device: 'd1' })).toMatchObject([
    { quantity: 'heart-rate', value: 72 },
  ]);
});
