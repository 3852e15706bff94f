import { expect, test } from 'vitest';
import { isProbeDue, lostAfterMs, probeAfterMs, secondsLost } from './link-health.ts';

const health = { connected: true, isFull: false, provenAt: 1000, askAgainAt: 0 };

test.each([
  ['live', 1000, undefined],
  ['live to the last ms', 1000 + lostAfterMs, undefined],
  ['lost just after', 1001 + lostAfterMs, 5],
  ['lost for long, connected or not', 61_999, 60],
])('a page is %s', (_name, now, seconds) => {
  expect(secondsLost(health, now)).toBe(seconds);
  expect(secondsLost({ ...health, connected: false }, now)).toBe(seconds);
});

test.each([
  ['not while something was just heard', health, 1000 + probeAfterMs - 1, false],
  ['after silence', health, 1000 + probeAfterMs, true],
  ['not while an answer is awaited', { ...health, askAgainAt: 9000 }, 8999, false],
  ['again when the answer never came', { ...health, askAgainAt: 9000 }, 9000, true],
  ['never without a connection', { ...health, connected: false }, 99_000, false],
])('asks whether it is up to date: %s', (_name, of, now, due) => {
  expect(isProbeDue(of, now)).toBe(due);
});
