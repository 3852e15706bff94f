import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type DataClass, dataClasses } from '#contracts/facts/roles.ts';
import type { ReadingBucket } from '#contracts/telemetry-reader.ts';
import { startOfDay } from '#runtime/local-days.ts';
import { daysCompared, describeDay, notWornSince, readingsBegin } from './elder-day.ts';

const timezone = 'Asia/Shanghai';
const hour = 3_600_000;
const day = 24 * hour;
/** 2026-11-24 00:00 in Shanghai. */
const midnight = Date.UTC(2026, 10, 23, 16);
const now = midnight + 15 * hour;
const all = { classes: [...dataClasses], timezone, now };

const bucket = (at: number, value: number, to = value): ReadingBucket => ({
  at,
  minimum: value,
  maximum: to,
  mean: (value + to) / 2,
  count: 1,
});

/** A counter that stands at 0 at midnight and rises by `steps` at 09:00. */
const walk = (start: number, steps: number) => [
  bucket(start, 0),
  bucket(start + 7 * hour, 0, 12),
  bucket(start + 9 * hour, steps),
];
const before = (count: number) =>
  Array.from({ length: count }, (_, index) => midnight - (index + 1) * day).reverse();
const stepsOf = (today: number, usual: number, days = daysCompared) => [
  ...before(days).flatMap((start) => walk(start, usual)),
  ...walk(midnight, today),
];

test.each([
  [1000, 1000, 'as-usual'],
  [600, 1000, 'as-usual'],
  [599, 1000, 'less'],
  [1600, 1000, 'as-usual'],
  [1601, 1000, 'more'],
])('%i steps where %i are usual by this hour are %s', (today, usual, comparison) => {
  expect(describeDay({ steps: stepsOf(today, usual), heartRate: [] }, all)).toEqual({
    from: midnight,
    steps: today,
    gotUpAt: midnight + 7 * hour,
    usualSteps: usual,
    comparison,
  });
});

test('with fewer than three days to compare with, today is shown and compared with nothing', () => {
  const shown = describeDay({ steps: stepsOf(1000, 1000, 2), heartRate: [] }, all);
  expect(shown).toEqual({ from: midnight, steps: 1000, gotUpAt: midnight + 7 * hour, comparison: 'unknown' });
});

test('a day without data says nothing of steps', () => {
  expect(describeDay({ steps: [], heartRate: [] }, all)).toEqual({ from: midnight, comparison: 'unknown' });
});

test('a counter that begins anew is counted on', () => {
  const steps = [bucket(midnight, 500), bucket(midnight + 8 * hour, 900), bucket(midnight + 10 * hour, 30)];
  expect(describeDay({ steps, heartRate: [] }, all)).toMatchObject({ steps: 430 });
});

test('a record without a count in between is no new beginning', () => {
  const steps = [500, 0, 510].map((value, index) => bucket(midnight + (8 + index / 12) * hour, value));
  expect(describeDay({ steps, heartRate: [] }, all)).toMatchObject({ steps: 10 });
});

test('turning in bed, and steps before four, are no getting up', () => {
  const steps = [
    bucket(midnight, 0),
    bucket(midnight + 2 * hour, 40),
    bucket(midnight + 5 * hour, 44),
    bucket(midnight + 6 * hour, 90),
  ];
  expect(describeDay({ steps, heartRate: [] }, all).gotUpAt).toBe(midnight + 6 * hour);
});

test('heart rate is told as its range, beside the usual one', () => {
  const rate = (start: number, low: number, high: number) => [bucket(start + 8 * hour, low, high)];
  const heartRate = [...before(7).flatMap((start) => rate(start, 60, 80)), ...rate(midnight, 62, 88)];
  expect(describeDay({ steps: [], heartRate }, { ...all, classes: ['vitals'] })).toEqual({
    from: midnight,
    heartRate: { minimum: 62, maximum: 88 },
    usualHeartRate: { minimum: 60, maximum: 80 },
    comparison: 'as-usual',
  });
});

test('nothing of a class that is not shared is ever in it', () => {
  const readings = fc.array(
    fc.record({
      at: fc.integer({ min: midnight - 8 * day, max: now }),
      value: fc.integer({ min: 0, max: 9000 }),
    }),
  );
  const buckets = (list: { at: number; value: number }[]) =>
    list.map(({ at, value }) => bucket(at, value)).sort((a, b) => a.at - b.at);
  fc.assert(
    fc.property(readings, readings, fc.subarray<DataClass>([...dataClasses]), (steps, heart, classes) => {
      const shown = describeDay(
        { steps: buckets(steps), heartRate: buckets(heart) },
        { classes, timezone, now },
      );
      const keys = Object.keys(shown);
      if (!classes.includes('activity')) expect(keys).not.toContain('steps');
      if (!classes.includes('activity')) expect(keys).not.toContain('gotUpAt');
      if (!classes.includes('vitals')) expect(keys.some((key) => key.includes('eart'))).toBe(false);
      if (!classes.some((one) => one !== 'alarms')) expect(shown.comparison).toBe('unknown');
    }),
  );
});

test('a watch is off the wrist since the first of the last readings that say so', () => {
  const at = [0, 1, 2, 3].map((number) => midnight + number * hour);
  expect(notWornSince([bucket(at[0]!, 0), bucket(at[1]!, 1), bucket(at[2]!, 0), bucket(at[3]!, 0)])).toBe(
    at[2],
  );
  expect(notWornSince([bucket(at[0]!, 1)])).toBeUndefined();
  expect(notWornSince([])).toBeUndefined();
});

test.each([
  ['Asia/Shanghai', Date.UTC(2026, 10, 24, 7), Date.UTC(2026, 10, 23, 16)],
  ['Asia/Urumqi', Date.UTC(2026, 10, 23, 17), Date.UTC(2026, 10, 22, 18)],
  ['UTC', Date.UTC(2026, 0, 1, 0, 0, 0, 1), Date.UTC(2026, 0, 1)],
  // Clocks go forward at 02:00 and back at 03:00: the day has 23 and 25 hours.
  ['Europe/Berlin', Date.UTC(2026, 2, 29, 12), Date.UTC(2026, 2, 28, 23)],
  ['Europe/Berlin', Date.UTC(2026, 9, 25, 12), Date.UTC(2026, 9, 24, 22)],
])('in %s the day of an instant begins at midnight there', (zone, at, start) => {
  expect(startOfDay(zone, at)).toBe(start);
  expect(readingsBegin(zone, at)).toBe(startOfDay(zone, start - daysCompared * day + day / 2));
});
