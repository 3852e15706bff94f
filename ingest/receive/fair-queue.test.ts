import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FairQueue, itemBytes } from './fair-queue.ts';

const limits = { bytes: 1_000_000, senderBytes: 400_000 };

test('a sender of large messages lets others of small ones go between them', () => {
  const queue = new FairQueue<string>(limits);
  for (let index = 0; index < 5; index++) queue.add('noisy', 'junk', 65_000);
  for (let index = 0; index < 5; index++) queue.add('quiet', `alarm ${index}`, 500);
  const taken = Array.from({ length: 6 }, () => queue.take());
  expect(taken.slice(0, 5)).toEqual([0, 1, 2, 3, 4].map((index) => `alarm ${index}`));
  expect(taken[5]).toBe('junk');
});

test('a sender over its share is refused, and there is room for the next one', () => {
  const queue = new FairQueue<number>(limits);
  let kept = 0;
  while (queue.add('noisy', kept, 65_000)) kept += 1;
  expect(kept * 65_000).toBeLessThanOrEqual(limits.senderBytes);
  expect(queue.add('quiet', 1, 65_000)).toBe(true);
});

test('however many senders are noisy, one that has nothing waiting is heard while anything is free', () => {
  const queue = new FairQueue<number>(limits);
  for (let sender = 0; sender < 20; sender++) while (queue.add(`noisy ${sender}`, 1, 1000));
  expect(queue.bytes).toBeLessThan(limits.bytes);
  expect(queue.add('quiet', 1, 500)).toBe(true);
});

test('what was kept comes out once, each sender’s in its order, and the bytes are those that wait', () => {
  const act = fc.record({
    sender: fc.constantFrom('a', 'b', 'c'),
    bytes: fc.integer({ min: 0, max: 90_000 }),
  });
  fc.assert(
    fc.property(fc.array(fc.oneof(act, fc.constant('take' as const)), { maxLength: 200 }), (acts) => {
      const queue = new FairQueue<{ sender: string; number: number; bytes: number }>(limits);
      const waiting: Record<string, number[]> = { a: [], b: [], c: [] };
      let bytes = 0;
      const take = () => {
        const taken = queue.take();
        if (!taken) return false;
        expect(waiting[taken.sender]?.shift()).toBe(taken.number);
        bytes -= taken.bytes + itemBytes;
        return true;
      };
      acts.forEach((one, number) => {
        if (one === 'take') take();
        else if (queue.add(one.sender, { ...one, number }, one.bytes)) {
          waiting[one.sender]?.push(number);
          bytes += one.bytes + itemBytes;
        }
        expect(queue.bytes).toBe(bytes);
      });
      while (take());
      expect([Object.values(waiting).flat(), queue.isEmpty, queue.bytes]).toEqual([[], true, 0]);
    }),
  );
});
