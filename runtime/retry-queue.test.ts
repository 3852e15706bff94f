import { expect, test } from 'vitest';
import { createRetryQueue, isLoggedAttempt } from './retry-queue.ts';

function failing(isBroken: (key: string) => boolean) {
  const done: string[] = [];
  const failures: string[] = [];
  const work = createRetryQueue<string[]>({
    work: async (key, value) => {
      if (isBroken(key)) throw new Error('not readable');
      done.push(`${key}: ${value.join()}`);
    },
    merge: (before, after) => [...before, ...after],
    onFailure: (key, _error, attempt) => failures.push(`${key} ${attempt}`),
  });
  return { work, done, failures };
}

test('work that fails stays, with what is added to it, and keeps nothing else from its turn', async () => {
  let broken = true;
  const { work, done, failures } = failing((key) => broken && key === 'a');
  work.add('a', ['1']);
  work.add('b', ['2']);
  await work.run();
  expect(done).toEqual(['b: 2']);
  work.add('a', ['3']);
  await work.run();
  broken = false;
  await work.run();
  await work.run();
  expect(done).toEqual(['b: 2', 'a: 1,3']);
  expect(failures).toEqual(['a 1', 'a 2']);
  expect(work.size).toBe(0);
});

test('what is added while work is in hand is done as well, after a failure in one with it', async () => {
  let first = true;
  const done: string[][] = [];
  const work = createRetryQueue<string[]>({
    work: async (key, value) => {
      if (first) {
        first = false;
        work.add(key, ['added meanwhile']);
        throw new Error('not readable');
      }
      done.push(value);
    },
    merge: (before, after) => [...before, ...after],
    onFailure: () => undefined,
  });
  work.add('a', ['1']);
  await work.run();
  await work.run();
  expect(done).toEqual([['1', 'added meanwhile']]);
});

test('work that fails for long is never given up, only tried more seldom', async () => {
  let broken = true;
  const { work, done, failures } = failing(() => broken);
  work.add('a', ['1']);
  for (let run = 0; run < 1000; run++) await work.run();
  expect(failures.length).toBeGreaterThan(50);
  expect(failures.length).toBeLessThan(70);
  broken = false;
  for (let run = 0; run < 30; run++) await work.run();
  expect(done).toEqual(['a: 1']);
});

test('of failures in a row few are told', () => {
  const told = Array.from({ length: 1000 }, (_, index) => index + 1).filter(isLoggedAttempt);
  expect(told).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512]);
});
