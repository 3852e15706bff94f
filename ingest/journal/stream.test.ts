import fc from 'fast-check';
import { expect, test } from 'vitest';
import { markReceived, maxRanges, type Stream } from './stream.ts';

const empty = (): Stream => ({ acknowledged: 0, ranges: [] });

test.each([
  { name: 'the next one', covers: [[1, 1]], from: 2, to: 2, outcome: 'new', acknowledged: 2, ranges: [] },
  { name: 'one again', covers: [[1, 3]], from: 2, to: 2, outcome: 'duplicate', acknowledged: 3, ranges: [] },
  {
    name: 'one above a hole',
    covers: [[1, 1]],
    from: 3,
    to: 3,
    outcome: 'new',
    acknowledged: 1,
    ranges: [[3, 3]],
  },
  {
    name: 'one of a range again',
    covers: [[3, 5]],
    from: 4,
    to: 4,
    outcome: 'duplicate',
    acknowledged: 0,
    ranges: [[3, 5]],
  },
  {
    name: 'the hole',
    covers: [
      [1, 1],
      [3, 5],
    ],
    from: 2,
    to: 2,
    outcome: 'new',
    acknowledged: 5,
    ranges: [],
  },
  {
    name: 'a gap over ranges',
    covers: [
      [3, 4],
      [6, 7],
      [20, 21],
    ],
    from: 2,
    to: 9,
    outcome: 'new',
    acknowledged: 0,
    ranges: [
      [2, 9],
      [20, 21],
    ],
  },
  {
    name: 'a gap reaching below what is acknowledged',
    covers: [[1, 5]],
    from: 3,
    to: 8,
    outcome: 'new',
    acknowledged: 8,
    ranges: [],
  },
  {
    name: 'between two ranges',
    covers: [
      [3, 3],
      [5, 5],
    ],
    from: 4,
    to: 4,
    outcome: 'new',
    acknowledged: 0,
    ranges: [[3, 5]],
  },
])('$name: $outcome', ({ covers, from, to, outcome, acknowledged, ranges }) => {
  const stream = empty();
  for (const [start, end] of covers) markReceived(stream, start!, end!);
  expect(markReceived(stream, from, to)).toBe(outcome);
  expect(stream).toEqual({ acknowledged, ranges });
});

test('a stream is the same as the set of all sequences it was given', () => {
  const spans = fc.array(
    fc
      .tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 0, max: 6 }))
      .map(([from, more]) => [from, from + more] as const),
    { maxLength: 80 },
  );
  fc.assert(
    fc.property(spans, (given) => {
      const stream = empty();
      const seen = new Set<number>();
      for (const [from, to] of given) {
        const fresh = Array.from({ length: to - from + 1 }, (_, i) => from + i).filter(
          (one) => !seen.has(one),
        );
        expect(markReceived(stream, from, to)).toBe(fresh.length > 0 ? 'new' : 'duplicate');
        for (const one of fresh) seen.add(one);
      }
      let contiguous = 0;
      while (seen.has(contiguous + 1)) contiguous += 1;
      expect(stream.acknowledged).toBe(contiguous);
      const above = stream.ranges.flatMap(([from, to]) =>
        Array.from({ length: to - from + 1 }, (_, i) => from + i),
      );
      expect(above).toEqual([...seen].filter((one) => one > contiguous).sort((a, b) => a - b));
      for (const [index, [from]] of stream.ranges.entries()) {
        expect(from).toBeGreaterThan((stream.ranges[index - 1]?.[1] ?? stream.acknowledged) + 1);
      }
    }),
  );
});

test('at its limit of ranges a stream takes no new one, but still what it can join', () => {
  const stream = empty();
  for (let index = 1; index <= maxRanges; index++) markReceived(stream, index * 10, index * 10);
  expect(markReceived(stream, 5, 5)).toBe('full');
  expect(markReceived(stream, 11, 11)).toBe('new');
  expect(markReceived(stream, 1, 9)).toBe('new');
  expect(stream.acknowledged).toBe(11);
  expect(markReceived(stream, 15, 15)).toBe('new');
});
