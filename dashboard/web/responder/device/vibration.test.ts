import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createVibration } from './vibration.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('vibrates in rounds until it is told otherwise, and stops at once', () => {
  const vibrate = vi.fn(() => true);
  const vibration = createVibration({ vibrate });
  vibration.set(false);
  vibration.set(true);
  vibration.set(true);
  expect(vibrate).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(4000);
  expect(vibrate).toHaveBeenCalledTimes(3);
  vibration.set(false);
  expect(vibrate).toHaveBeenLastCalledWith(0);
  vi.advanceTimersByTime(10_000);
  expect(vibrate).toHaveBeenCalledTimes(4);
});

test('a device that cannot vibrate is no error', () => {
  createVibration({}).set(true);
  expect(vi.getTimerCount()).toBe(0);
});
