import fc from 'fast-check';
import { generate } from 'mqtt-packet';
import { expect, test } from 'vitest';
import { DuplicateFilters } from './duplicate-filters.ts';

const asked = (...filters: [string, number][]) => filters.map(([filter, qos]) => ({ filter, qos }));
const suback = (id: number, granted: number[]) =>
  generate({ cmd: 'suback', messageId: id, granted } as Parameters<typeof generate>[0]);

test('filters all different need nothing', () => {
  expect(DuplicateFilters.of(asked(['a', 0], ['b', 1]))).toBeUndefined();
});

test('each filter has its code, in the order asked, whatever the bytes come in and whatever is sent before', () => {
  const before = generate({
    cmd: 'publish',
    topic: 't',
    payload: Buffer.alloc(300, 0x90),
    qos: 0,
    dup: false,
    retain: false,
  });
  const filters = asked(['a', 0], ['b', 1], ['a', 1], ['c', 0], ['b', 0]);
  const bytes = Buffer.concat([before, suback(7, [1, 0x80, 0]), before]);
  const expected = Buffer.concat([before, suback(7, [0, 0x80, 1, 0, 0x80]), before]);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }), (cuts) => {
      const repeated = DuplicateFilters.of(filters)!;
      const sent: Buffer[] = [];
      for (let at = 0, turn = 0; at < bytes.length; turn++) {
        const size = cuts[turn % cuts.length]!;
        sent.push(Buffer.from(repeated.pass(bytes.subarray(at, at + size))));
        at += size;
      }
      expect(Buffer.concat(sent)).toEqual(expected);
    }),
  );
});

test('as many filters as a packet holds', () => {
  const filters = asked(...Array.from({ length: 4000 }, (): [string, number] => ['a', 1]));
  const sent = DuplicateFilters.of(filters)!.pass(suback(1, [1]));
  expect(sent).toEqual(suback(1, new Array(4000).fill(1)));
});
