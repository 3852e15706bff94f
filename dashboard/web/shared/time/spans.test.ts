import { expect, test } from 'vitest';
import { ageOf, elapsedOf } from './spans.ts';

test.each([
  [-2000, 'now', 0],
  [4999, 'now', 0],
  [5000, 'seconds', 5],
  [59_999, 'seconds', 59],
  [180_000, 'minutes', 3],
  [3_600_000, 'hours', 1],
  [172_800_000, 'days', 2],
])('%d ms ago is said in %s', (ms, unit, n) => {
  expect(ageOf(ms)).toEqual({ unit, n });
});

test.each([
  [-5, { unit: 'seconds', s: 0 }],
  [59_999, { unit: 'seconds', s: 59 }],
  [135_000, { unit: 'minutes', m: 2, s: 15 }],
  [3_720_000, { unit: 'hours', h: 1, m: 2 }],
  [90_000_000, { unit: 'days', d: 1, h: 1 }],
])('%d ms have run', (ms, parts) => {
  expect(elapsedOf(ms)).toMatchObject(parts);
});
