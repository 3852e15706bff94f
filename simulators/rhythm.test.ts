import { expect, test } from 'vitest';
import { heartRate, hourOf, passagesPerMinute, stepsPerMinute } from './rhythm.ts';

const beijing = (hour: number) => Date.parse(`2026-11-24T${String(hour).padStart(2, '0')}:00:00+08:00`);

test('the hour is that of the community, across midnight UTC', () => {
  expect([hourOf(beijing(0)), hourOf(beijing(7)), hourOf(beijing(23))]).toEqual([0, 7, 23]);
});

test('gates are busiest as people leave and come home, and all but still at night', () => {
  expect(passagesPerMinute(beijing(8))).toBeGreaterThan(10 * passagesPerMinute(beijing(3)));
  expect(passagesPerMinute(beijing(18))).toBeGreaterThan(passagesPerMinute(beijing(14)));
});

test('residents sleep at night, and their heart rate shows it', () => {
  expect(stepsPerMinute(beijing(3))).toBeLessThan(1);
  expect(heartRate(62, beijing(3), 0.5)).toBeLessThan(heartRate(62, beijing(7), 0.5));
});
