import { expect, test } from 'vitest';
import { type EventKind, eventKinds, factsOf } from '#contracts/facts/event-kinds.ts';
import { isWorse, levels } from '#contracts/facts/levels.ts';
import { isPlausible, quantities } from '#contracts/facts/quantities.ts';
import { isLate, laneOf, lateAfterMs } from '#contracts/record.ts';
import { fromTimestamp, toTimestamp } from '#contracts/time.ts';

test.each([
  [{ heldMs: 0 }, false],
  [{ heldMs: lateAfterMs }, false],
  [{ heldMs: lateAfterMs + 1 }, true],
  [{}, true],
  [{ heldMs: 0, historical: true as const }, true],
])('a record with %j is late: %s', (record, late) => {
  expect(isLate(record)).toBe(late);
});

test('every life-safety kind is red and travels on the alarm lane', () => {
  for (const kind of Object.keys(eventKinds) as EventKind[]) {
    const { lifeSafety, level, lane } = factsOf(kind);
    if (lifeSafety) expect([kind, level, lane]).toEqual([kind, 'red', 'alarm']);
    expect(laneOf({ type: 'event', kind })).toBe(lane);
  }
});

test('levels are ordered from red to blue', () => {
  for (const [index, level] of levels.entries()) {
    for (const better of levels.slice(index + 1)) {
      expect(isWorse(level, better)).toBe(true);
      expect(isWorse(better, level)).toBe(false);
    }
  }
});

test('the bounds of every quantity are plausible and what lies beyond is not', () => {
  for (const quantity of Object.keys(quantities) as (keyof typeof quantities)[]) {
    const [minimum, maximum] = quantities[quantity].plausible;
    expect([minimum, maximum, minimum - 1, maximum + 1].map((value) => isPlausible(quantity, value))).toEqual(
      [true, true, false, false],
    );
  }
});

test('a timestamp keeps the millisecond, and a year beyond 9999 is refused', () => {
  expect(toTimestamp(fromTimestamp('2026-11-24T01:15:00.250Z'))).toBe('2026-11-24T01:15:00.250Z');
  expect(() => toTimestamp(Date.UTC(10_000, 0, 1))).toThrow(RangeError);
});
