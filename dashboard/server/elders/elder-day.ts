import type { Comparison, ElderToday } from '#contracts/elder.ts';
import type { DataClass } from '#contracts/facts/roles.ts';
import type { ReadingBucket } from '#contracts/telemetry-reader.ts';
import { startOfDay } from '#runtime/local-days.ts';

/** Length of the buckets a day is read in, ms. */
export const dayBucketMs = 300_000;
/** Days before today that today is compared with, and how many of them must have data. */
export const daysCompared = 7;
const minDays = 3;
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** Hour from which steps mean getting up, and from which days are compared: before it people turn in bed. */
const morningMs = 4 * hourMs;
/** Steps within one bucket that nobody takes lying down. */
const stepsUp = 10;
/** Today's steps as a share of the usual ones, below and above which it is less and more than usual. */
const usualSteps = { from: 0.6, to: 1.6 };
/** The same for the mean heart rate. */
const usualHeartRate = { from: 0.85, to: 1.15 };

/** What a day is computed from: buckets of `dayBucketMs`, oldest first, of today and the days before. */
export interface DayReadings {
  steps: readonly ReadingBucket[];
  heartRate: readonly ReadingBucket[];
}

/** Where the readings of a day begin, epoch ms. */
export function readingsBegin(timezone: string, now: number): number {
  return startOfDay(timezone, startOfDay(timezone, now) - daysCompared * dayMs + dayMs / 2);
}

/**
 * Today in numbers and beside the same hours of the days before; never a verdict. Only what the classes share
 * is in it.
 */
export function describeDay(
  readings: DayReadings,
  options: { classes: readonly DataClass[]; timezone: string; now: number },
): ElderToday {
  const { now, timezone, classes } = options;
  const from = startOfDay(timezone, now);
  const before = Array.from({ length: daysCompared }, (_, index) =>
    startOfDay(timezone, from - (index + 1) * dayMs + dayMs / 2),
  );
  const activity = classes.includes('activity') ? describeActivity(readings.steps, from, before, now) : {};
  const vitals = classes.includes('vitals') ? describeHeart(readings.heartRate, from, before, now) : {};
  const { comparison: bySteps, ...moved } = activity;
  const { comparison: byHeart, ...beat } = vitals;
  return { from, ...moved, ...beat, comparison: bySteps ?? byHeart ?? 'unknown' };
}

function describeActivity(
  buckets: readonly ReadingBucket[],
  from: number,
  before: number[],
  now: number,
): Partial<ElderToday> {
  const today = risesOf(buckets.filter(({ at }) => at >= from));
  if (today.length === 0) return {};
  const steps = sumOf(today);
  const up = today.find(({ at, rise }) => at >= from + morningMs && rise >= stepsUp);
  const usual = before
    .map((start) => within(buckets, start + morningMs, start + (now - from)))
    .filter((day) => day.length > 0)
    .map((day) => sumOf(risesOf(day)));
  const sameHours = sumOf(risesOf(within(buckets, from + morningMs, now)));
  const mean = meanOf(usual);
  return {
    steps,
    ...(up && { gotUpAt: up.at }),
    ...(mean !== undefined && { usualSteps: Math.round(mean) }),
    ...(mean !== undefined && mean > 0 && { comparison: compare(sameHours / mean, usualSteps) }),
  };
}

function describeHeart(
  buckets: readonly ReadingBucket[],
  from: number,
  before: number[],
  now: number,
): Partial<ElderToday> {
  const today = buckets.filter(({ at }) => at >= from);
  if (today.length === 0) return {};
  const days = before
    .map((start) => within(buckets, start, start + (now - from)))
    .filter((day) => day.length > 0);
  const usual = meanOf(days.map(meanRate));
  return {
    heartRate: rangeOf(today),
    ...(usual !== undefined && { usualHeartRate: rangeOf(days.flat()) }),
    ...(usual !== undefined && { comparison: compare(meanRate(today) / usual, usualHeartRate) }),
  };
}

/**
 * What a counter rose by in each bucket. Where it falls it began anew, unless it is back within the hour: some
 * records of a watch carry no count.
 */
function risesOf(buckets: readonly ReadingBucket[]): { at: number; rise: number }[] {
  let level = buckets[0]?.minimum ?? 0;
  return buckets.map(({ at, maximum }, index) => {
    const isBack = buckets.slice(index + 1).some((next) => next.at <= at + hourMs && next.maximum >= level);
    if (maximum < level && isBack) return { at, rise: 0 };
    const rise = maximum >= level ? maximum - level : maximum;
    level = maximum;
    return { at, rise };
  });
}

function within(buckets: readonly ReadingBucket[], from: number, to: number): ReadingBucket[] {
  return buckets.filter(({ at }) => at >= from && at < to);
}

function sumOf(rises: { rise: number }[]): number {
  return Math.round(rises.reduce((sum, { rise }) => sum + rise, 0));
}

/** The mean of the days; undefined for fewer than can be compared with. */
function meanOf(days: number[]): number | undefined {
  return days.length < minDays ? undefined : days.reduce((sum, day) => sum + day, 0) / days.length;
}

function meanRate(buckets: readonly ReadingBucket[]): number {
  const count = buckets.reduce((sum, bucket) => sum + bucket.count, 0);
  return buckets.reduce((sum, bucket) => sum + bucket.mean * bucket.count, 0) / count;
}

function rangeOf(buckets: readonly ReadingBucket[]): { minimum: number; maximum: number } {
  return {
    minimum: Math.round(Math.min(...buckets.map(({ minimum }) => minimum))),
    maximum: Math.round(Math.max(...buckets.map(({ maximum }) => maximum))),
  };
}

function compare(ratio: number, usual: { from: number; to: number }): Comparison {
  if (ratio < usual.from) return 'less';
  return ratio > usual.to ? 'more' : 'as-usual';
}

/** Since when a watch has not been on the wrist: the beginning of the buckets at the end that say so. */
export function notWornSince(buckets: readonly ReadingBucket[]): number | undefined {
  const lastWorn = buckets.findLastIndex(({ maximum }) => maximum > 0);
  return buckets[lastWorn + 1]?.at;
}
