import { expect, test } from 'vitest';
import { type BackoffLimits, createGuessBackoff } from './guess-backoff.ts';

const limits: BackoffLimits = { free: 2, firstWaitMs: 1000, maxWaitMs: 4000 };

function backoffAt(clock: { now: number }) {
  return createGuessBackoff(limits, () => clock.now);
}

test('the wait doubles with every failure up to its longest, and a refused attempt does not lengthen it', () => {
  const clock = { now: 0 };
  const backoff = backoffAt(clock);
  expect(backoff.begin('a')).toBe(0);
  expect(backoff.begin('a')).toBe(0);
  for (const waitMs of [1000, 2000, 4000, 4000]) {
    expect(backoff.begin('a')).toBe(waitMs);
    clock.now += waitMs - 1;
    expect(backoff.begin('a')).toBe(1);
    clock.now += 1;
    expect(backoff.begin('a')).toBe(0);
  }
});

test('attempts made at once are counted before any is checked', () => {
  const backoff = backoffAt({ now: 5 });
  expect([1, 2, 3, 4].map(() => backoff.begin('a') > 0)).toEqual([false, false, true, true]);
});

test('a right password forgets the failures of its login, and one attempt of its address', () => {
  const clock = { now: 0 };
  const backoff = backoffAt(clock);
  backoff.begin('login');
  backoff.begin('login');
  backoff.takeBack('login', 'all');
  expect(backoff.begin('login')).toBe(0);
  backoff.begin('address');
  backoff.begin('address');
  backoff.takeBack('address', 'this-attempt');
  expect(backoff.begin('address')).toBe(0);
  expect(backoff.begin('address')).toBe(1000);
});

test('failures are forgotten after an hour, and one key does not slow another', () => {
  const clock = { now: 0 };
  const backoff = backoffAt(clock);
  for (let attempt = 0; attempt < 3; attempt++) backoff.begin('a');
  expect(backoff.begin('b')).toBe(0);
  clock.now = 3_600_000;
  expect(backoff.begin('a')).toBe(0);
  expect(backoff.begin('a')).toBe(0);
});
