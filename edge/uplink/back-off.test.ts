import { expect, it } from 'vitest';
import { backOffMs } from './back-off.ts';

const limits = { firstMs: 250, maxMs: 30_000 };

it.each([
  { failures: 0, random: 0, ms: 125 },
  { failures: 0, random: 0.999, ms: 250 },
  { failures: 1, random: 0, ms: 250 },
  { failures: 3, random: 0.5, ms: 1500 },
  { failures: 7, random: 0, ms: 15_000 },
  { failures: 1_000_000, random: 0.999, ms: 29_985 },
])('after $failures failures waits $ms ms', ({ failures, random, ms }) => {
  expect(backOffMs(failures, limits, random)).toBe(ms);
});
