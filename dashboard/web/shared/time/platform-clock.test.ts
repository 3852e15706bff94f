import { expect, test } from 'vitest';
import { createPlatformClock } from './platform-clock.ts';

test('counts on from what the platform said, whatever the PC clock says', () => {
  let monotonic = 1000;
  const clock = createPlatformClock(5_000_000, () => monotonic);
  expect(clock.now()).toBe(5_000_000);
  clock.adjust(9_000_000);
  monotonic += 1500;
  expect(clock.now()).toBe(9_001_500);
});

test('ticks at once when the platform corrects it by more than two seconds', () => {
  const clock = createPlatformClock(5_000_000, () => 0);
  let told = 0;
  const unsubscribe = clock.subscribe(() => {
    told += 1;
  });
  clock.adjust(5_001_000);
  expect([told, clock.tick()]).toEqual([0, 5_000_000]);
  clock.adjust(5_003_000);
  expect([told, clock.tick()]).toEqual([1, 5_003_000]);
  unsubscribe();
});
