import { expect, test, vi } from 'vitest';
import { silentLog } from '#runtime/log.ts';
import { SessionTakeover } from './session-takeover.ts';

function connectionOf() {
  const connection = {
    destroyed: false,
    disconnect: vi.fn(() => {
      connection.destroyed = true;
    }),
  };
  return connection;
}

test('an id that nobody has is free at once', async () => {
  const takeover = new SessionTakeover(silentLog());
  const first = connectionOf();
  expect(await takeover.acquire('c1.gw1/a', first)).toBe(true);
  expect(await takeover.acquire('c1.gw1/b', connectionOf())).toBe(true);
  takeover.release(first);
  expect(takeover.size).toBe(1);
  expect(first.disconnect).not.toHaveBeenCalled();
});

test('of three clients with one id at once only the last gets it, after the older ones are forgotten', async () => {
  const takeover = new SessionTakeover(silentLog());
  const [first, second, third] = [connectionOf(), connectionOf(), connectionOf()];
  await takeover.acquire('id', first);
  const answers: string[] = [];
  const acquired = [second, third].map((connection, index) =>
    takeover.acquire('id', connection).then((isIn) => answers.push(`${index + 2} ${isIn}`)),
  );
  expect([first, second, third].map(({ destroyed }) => destroyed)).toEqual([true, true, false]);
  expect(answers).toEqual([]);
  takeover.release(first);
  await Promise.all(acquired);
  expect(answers).toEqual(['2 false', '3 true']);
  // The first's end is told late, and the second's, which never had it: neither frees what is now the third's.
  takeover.release(first);
  takeover.release(second);
  expect(takeover.size).toBe(1);
  takeover.release(third);
  expect(takeover.size).toBe(0);
});

test('a client that hangs up while it waits does not get the id and does not delay the next', async () => {
  const takeover = new SessionTakeover(silentLog());
  const [first, second] = [connectionOf(), connectionOf()];
  await takeover.acquire('id', first);
  const acquiring = takeover.acquire('id', second);
  second.destroyed = true;
  takeover.release(first);
  expect(await acquiring).toBe(false);
  expect(await takeover.acquire('id', connectionOf())).toBe(true);
});

test('a client whose end is never told keeps the next out for 5 s, not for ever', async () => {
  vi.useFakeTimers();
  const takeover = new SessionTakeover(silentLog());
  await takeover.acquire('id', connectionOf());
  const acquiring = takeover.acquire('id', connectionOf());
  await vi.advanceTimersByTimeAsync(5000);
  expect(await acquiring).toBe(true);
  vi.useRealTimers();
});
