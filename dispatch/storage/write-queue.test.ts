import { expect, test } from 'vitest';
import { createWriteQueue, type Writer } from './write-queue.ts';

/** Asks for turns in this order while one is taken, and tells the order they came in. */
const orderOf = async (...asked: string[]): Promise<string> => {
  const turns = createWriteQueue();
  const came: string[] = [];
  const kinds: Record<string, Writer> = { a: 'alarm', p: 'person', f: 'follow-up' };
  const first = Promise.withResolvers<void>();
  const all = [turns.take('follow-up', () => first.promise)];
  for (const one of asked) {
    all.push(
      turns.take(kinds[one[0] as string] as Writer, async () => {
        came.push(one);
      }),
    );
  }
  first.resolve();
  await Promise.all(all);
  return came.join(' ');
};

test('among its own kind each comes in the order of asking', async () => {
  expect(await orderOf('f1', 'f2', 'f3')).toBe('f1 f2 f3');
});

test('an alarm waits for one turn at most, however much follows', async () => {
  expect(await orderOf('f1', 'f2', 'f3', 'f4', 'a1')).toMatch(/^(f1 )?a1/);
});

test('in a storm of alarms a person comes at the latest after three, and what follows too', async () => {
  const order = await orderOf(
    ...Array.from({ length: 8 }, (_, index) => `a${index}`),
    'p1',
    'p2',
    'f1',
    'f2',
  );
  expect(order.indexOf('p1')).toBeLessThanOrEqual('a0 a1 a2 '.length);
  expect(
    order
      .split(' ')
      .slice(0, 8)
      .filter((one) => one.startsWith('f')),
  ).toHaveLength(2);
});

test('a write that fails gives its turn on', async () => {
  const turns = createWriteQueue();
  await expect(
    turns.take('alarm', async () => {
      throw new Error('disk');
    }),
  ).rejects.toThrow('disk');
  expect(await turns.take('person', async () => 'done')).toBe('done');
});
