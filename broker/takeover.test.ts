import { expect, test, vi } from 'vitest';
import { silentLog } from '#runtime/log.ts';
import { Takeover } from './takeover.ts';

function holderOf() {
  const holder = {
    destroyed: false,
    cut: vi.fn(() => {
      holder.destroyed = true;
    }),
  };
  return holder;
}

test('an id that nobody has is free at once', async () => {
  const takeover = new Takeover(silentLog());
  const first = holderOf();
  expect(await takeover.claim('c1.gw1/a', first)).toBe(true);
  expect(await takeover.claim('c1.gw1/b', holderOf())).toBe(true);
  takeover.release(first);
  expect(takeover.size).toBe(1);
  expect(first.cut).not.toHaveBeenCalled();
});

test('of three that come for one id at once the last alone is let in, after the older are gone', async () => {
  const takeover = new Takeover(silentLog());
  const [first, second, third] = [holderOf(), holderOf(), holderOf()];
  await takeover.claim('id', first);
  const answers: string[] = [];
  const claims = [second, third].map((holder, index) =>
    takeover.claim('id', holder).then((isIn) => answers.push(`${index + 2} ${isIn}`)),
  );
  expect([first, second, third].map(({ destroyed }) => destroyed)).toEqual([true, true, false]);
  expect(answers).toEqual([]);
  takeover.release(first);
  await Promise.all(claims);
  expect(answers).toEqual(['2 false', '3 true']);
  // The first's end is told late, and the second's, which never had it: neither frees what is now the third's.
  takeover.release(first);
  takeover.release(second);
  expect(takeover.size).toBe(1);
  takeover.release(third);
  expect(takeover.size).toBe(0);
});

test('who hangs up while it waits is not let in, and the next is not kept waiting for it', async () => {
  const takeover = new Takeover(silentLog());
  const [first, second] = [holderOf(), holderOf()];
  await takeover.claim('id', first);
  const claim = takeover.claim('id', second);
  second.destroyed = true;
  takeover.release(first);
  expect(await claim).toBe(false);
  expect(await takeover.claim('id', holderOf())).toBe(true);
});

test('a client whose end is never told keeps the next out for 5 s, not for ever', async () => {
  vi.useFakeTimers();
  const takeover = new Takeover(silentLog());
  await takeover.claim('id', holderOf());
  const claim = takeover.claim('id', holderOf());
  await vi.advanceTimersByTimeAsync(5000);
  expect(await claim).toBe(true);
  vi.useRealTimers();
});
