import { expect, test } from 'vitest';
import { LoginLimit } from './login-limit.ts';

const limit = () => new LoginLimit({ failures: 3, windowMs: 1000, refusalMs: 5000, maxAddresses: 2 });

test('an address is refused from its last failure allowed until the time is over', () => {
  const logins = limit();
  expect([logins.fail('a', 0), logins.fail('a', 1), logins.fail('a', 2)]).toEqual([false, false, true]);
  expect(logins.isRefused('a', 5001)).toBe(true);
  expect(logins.isRefused('a', 5002)).toBe(false);
  expect(logins.isRefused('b', 3)).toBe(false);
});

test('failures further apart than the window do not add up', () => {
  const logins = limit();
  for (const at of [0, 500, 1000, 1500, 2000, 2500]) expect(logins.fail('a', at)).toBe(false);
});

test('failing while refused neither prolongs the refusal nor forgets it', () => {
  const logins = limit();
  for (const at of [0, 0, 0, 1, 2, 3, 2000, 4000]) logins.fail('a', at);
  expect(logins.isRefused('a', 4999)).toBe(true);
  expect(logins.isRefused('a', 5000)).toBe(false);
});

test('one address too many forgets the one whose window is oldest', () => {
  const logins = limit();
  for (const at of [0, 0, 0]) logins.fail('a', at);
  logins.fail('b', 1);
  logins.fail('c', 2);
  expect(logins.size).toBe(2);
  expect(logins.isRefused('a', 3)).toBe(false);
});
