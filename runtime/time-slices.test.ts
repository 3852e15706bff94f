import { expect, test } from 'vitest';
import { runAtOnce, runInSlices } from './time-slices.ts';

function* busy(steps: number, stepMs: number): Generator<void, string> {
  for (let step = 0; step < steps; step++) {
    for (const until = performance.now() + stepMs; performance.now() < until; );
    yield;
  }
  return 'done';
}

test('work in slices gives others their turn, and comes to the same end as at once', async () => {
  let turns = 0;
  const others = setInterval(() => {
    turns += 1;
  }, 0);
  expect(await runInSlices(busy(100, 1))).toBe('done');
  clearInterval(others);
  expect(turns).toBeGreaterThan(5);
  expect(runAtOnce(busy(3, 1))).toBe('done');
});

test('a failure in a slice is thrown to who waits', async () => {
  const failing = (function* (): Generator<void, void> {
    yield;
    throw new Error('unreadable');
  })();
  await expect(runInSlices(failing)).rejects.toThrow('unreadable');
});
