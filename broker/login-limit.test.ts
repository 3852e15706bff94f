import { beforeEach, expect, test } from 'vitest';
import { LoginLimit } from './login-limit.ts';

let at: number;
let logins: LoginLimit;
beforeEach(() => {
  at = 1;
  logins = new LoginLimit({ failures: 3, windowMs: 1000, refusalMs: 5000, maxNetworks: 2 }, () => at);
});

function failAt(network: string, ...times: number[]): boolean[] {
  return times.map((time) => {
    at = time;
    return logins.fail(network);
  });
}

test('a network is refused from its last failure allowed until the time is over', () => {
  expect(failAt('a', 1, 2, 3)).toEqual([false, false, true]);
  at = 5003;
  expect([logins.isRefused('a'), logins.isRefused('b')]).toEqual([true, false]);
  at = 5004;
  expect(logins.isRefused('a')).toBe(false);
});

test('failures further apart than the window do not add up', () => {
  expect(failAt('a', 1, 601, 1201, 1801, 2401, 3001)).not.toContain(true);
});

test('failing while refused neither prolongs the refusal nor forgets it', () => {
  failAt('a', 1, 1, 1, 2, 3, 4, 2000, 4000);
  at = 5001;
  expect(logins.isRefused('a')).toBe(true);
  at = 5002;
  expect(logins.isRefused('a')).toBe(false);
});

test('one network too many forgets the one that failed longest ago', () => {
  failAt('a', 1, 1);
  failAt('b', 2);
  failAt('c', 3);
  expect(logins.size).toBe(2);
  expect(failAt('a', 4)).toEqual([false]);
});
