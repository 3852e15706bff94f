import { expect, test } from 'vitest';
import { createDeviceCookies } from './device-cookies.ts';

const browsers = createDeviceCookies('a secret of at least thirty-two characters');

test('a browser is known for the accounts that signed in with it, and no other', () => {
  const first = browsers.remember(undefined, 'guard');
  const both = browsers.remember(first, 'doctor');
  expect(browsers.browserOf(both, 'guard')).toBe(browsers.browserOf(first, 'guard'));
  expect(browsers.browserOf(both, 'doctor')).toBeDefined();
  expect(browsers.browserOf(first, 'doctor')).toBeUndefined();
  expect(browsers.lastAccountOf(first)).toBeDefined();
});

test.each([undefined, '', 'x', 'x.y~z', '.'.repeat(5000)])(
  'a cookie that we did not make is a stranger: %s',
  (cookie) => {
    expect([browsers.browserOf(cookie, 'guard'), browsers.lastAccountOf(cookie)]).toEqual([
      undefined,
      undefined,
    ]);
  },
);

test('a mark moved to another browser, or made with another secret, is worth nothing', () => {
  const [, mark] = browsers.remember(undefined, 'guard').split('.');
  expect(browsers.browserOf(`other.${mark}`, 'guard')).toBeUndefined();
  const foreign = createDeviceCookies('another secret of thirty-two characters').remember(undefined, 'guard');
  expect(browsers.browserOf(foreign, 'guard')).toBeUndefined();
});

test('it remembers eight accounts at most', () => {
  let cookie: string | undefined;
  for (let n = 0; n < 9; n++) cookie = browsers.remember(cookie, `login${n}`);
  expect(browsers.browserOf(cookie, 'login0')).toBeUndefined();
  expect(browsers.browserOf(cookie, 'login8')).toBeDefined();
});
