import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createPendingBytes } from './pending-bytes.ts';

test('holds exactly what was appended and not dropped, in order', () => {
  const step = fc.oneof(
    fc.uint8Array({ maxLength: 3000 }).map((bytes) => ({ append: Buffer.from(bytes) })),
    fc.integer({ min: 0, max: 4000 }).map((drop) => ({ drop })),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const pending = createPendingBytes();
      let expected = Buffer.alloc(0);
      for (const one of steps) {
        if ('append' in one) {
          pending.append(one.append);
          expected = Buffer.concat([expected, one.append]);
        } else {
          const length = Math.min(one.drop, expected.length);
          pending.drop(length);
          expected = expected.subarray(length);
        }
        expect(pending.bytes.equals(expected)).toBe(true);
      }
    }),
    { numRuns: 100 },
  );
});
