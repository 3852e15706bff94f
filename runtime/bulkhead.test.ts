import { expect, test, vi } from 'vitest';
import { type BulkheadCaller, createBulkhead } from './bulkhead.ts';

/** A queue whose work ends when the test says so. */
function queueUnderTest(clock = { now: 0 }) {
  const queue = createBulkhead({
    concurrency: [2, 1],
    maxWaiting: 4,
    maxWaitingPerOwner: 2,
    maxWaitMs: 1000,
    now: () => clock.now,
  });
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const run = (name: string, by: BulkheadCaller) =>
    queue.run(by, () => {
      begun.push(name);
      return new Promise<string>((resolve) => ends.set(name, () => resolve(name)));
    });
  const end = async (name: string, done: Promise<unknown>) => {
    await vi.waitFor(() => expect(begun).toContain(name));
    ends.get(name)?.();
    await done;
  };
  return { run, begun, end };
}

test('owners take turns, and what one of them piles up delays no other', async () => {
  const { run, begun, end } = queueUnderTest();
  const first = run('a1', { rank: 1, owner: 'a' });
  const second = run('a2', { rank: 1, owner: 'a' });
  void run('a3', { rank: 1, owner: 'a' });
  const other = run('b1', { rank: 1, owner: 'b' });
  await end('a1', first);
  await end('a2', second);
  await end('b1', other);
  await vi.waitFor(() => expect(begun).toHaveLength(4));
  expect(begun).toEqual(['a1', 'a2', 'b1', 'a3']);
});

test('the lower rank has a place that the higher one never takes', async () => {
  const { run, begun } = queueUnderTest();
  void run('stranger', { rank: 1, owner: 'a' });
  void run('another', { rank: 1, owner: 'b' });
  void run('owner', { rank: 0, owner: 'c' });
  await Promise.resolve();
  expect(begun).toEqual(['stranger', 'owner']);
});

test('what would wait too long, or behind too many, is not run', async () => {
  const clock = { now: 0 };
  const { run, begun, end } = queueUnderTest(clock);
  const first = run('a1', { rank: 1, owner: 'a' });
  const late = run('a2', { rank: 1, owner: 'a' });
  void run('a3', { rank: 1, owner: 'a' });
  expect(await run('a4', { rank: 1, owner: 'a' })).toBeUndefined();
  clock.now = 1001;
  await end('a1', first);
  expect(await late).toBeUndefined();
  expect(begun).toEqual(['a1']);
});
