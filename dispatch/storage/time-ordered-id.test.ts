import { expect, test } from 'vitest';
import { timeOrderedUuid } from './time-ordered-id.ts';

test('ids sort by their time and are UUIDs of version 7, each once', () => {
  const at = Date.UTC(2026, 10, 24, 1, 15);
  const ids = [at, at + 1, at + 60_000, at + 86_400_000].map(timeOrderedUuid);
  expect(ids.toSorted()).toEqual(ids);
  for (const id of ids) {
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  }
  expect(new Set(Array.from({ length: 1000 }, () => timeOrderedUuid(at))).size).toBe(1000);
  expect(timeOrderedUuid(-1)).toMatch(/^00000000-0000-7/);
});
