import { expect, test } from 'vitest';
import { type BackoffLimits, createGuessBackoff, type Undo } from './guess-backoff.ts';
import { createMemoryGuessStore } from './guess-store.ts';

const limits: BackoffLimits = { free: 2, firstWaitMs: 1000, maxWaitMs: 4000 };

function backoffAt(clock: { now: number }) {
  const backoff = createGuessBackoff(createMemoryGuessStore(), () => clock.now);
  return {
    begin: async (key: string) => (await backoff.begin([{ key, limits }])).waitMs,
    undo: (key: string, what: Undo) => backoff.undo({ [key]: what }),
  };
}

test('the wait doubles with every failure up to its longest, and a refused attempt does not lengthen it', async () => {
  const clock = { now: 0 };
  const backoff = backoffAt(clock);
  expect(await backoff.begin('a')).toBe(0);
  expect(await backoff.begin('a')).toBe(0);
  for (const waitMs of [1000, 2000, 4000, 4000]) {
    expect(await backoff.begin('a')).toBe(waitMs);
    clock.now += waitMs - 1;
    expect(await backoff.begin('a')).toBe(1);
    clock.now += 1;
    expect(await backoff.begin('a')).toBe(0);
  }
});

test('attempts made at once are counted before any is checked', async () => {
  const backoff = backoffAt({ now: 5 });
  const waits = await Promise.all([1, 2, 3, 4].map(() => backoff.begin('a')));
  expect(waits.map((waitMs) => waitMs > 0)).toEqual([false, false, true, true]);
});

test('a right password forgets the failures of its login, and one attempt of its address', async () => {
  const clock = { now: 0 };
  const backoff = backoffAt(clock);
  await backoff.begin('login');
  await backoff.begin('login');
  await backoff.undo('login', 'all');
  expect(await backoff.begin('login')).toBe(0);
  await backoff.begin('address');
  await backoff.begin('address');
  await backoff.undo('address', 'this-attempt');
  expect(await backoff.begin('address')).toBe(0);
  expect(await backoff.begin('address')).toBe(1000);
});

test('failures are forgotten after an hour, and one key does not slow another', async () => {
  const clock = { now: 0 };
  const backoff = backoffAt(clock);
  for (let attempt = 0; attempt < 3; attempt++) await backoff.begin('a');
  expect(await backoff.begin('b')).toBe(0);
  clock.now = 3_600_000;
  expect(await backoff.begin('a')).toBe(0);
  expect(await backoff.begin('a')).toBe(0);
});

test('a clock that was set back makes nobody wait for longer', async () => {
  const clock = { now: 3_000_000 };
  const backoff = backoffAt(clock);
  for (let attempt = 0; attempt < 3; attempt++) await backoff.begin('a');
  clock.now = 0;
  expect(await backoff.begin('a')).toBe(1000);
});
