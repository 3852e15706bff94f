import { expect, test } from 'vitest';
import { isCommonPassword } from './common-passwords.ts';

test.each([
  ['administrator', true],
  ['Password2026!!', true],
  ['!!Qwertyuiop12', true],
  ['ｐａｓｓｗｏｒｄ１２３４', true],
  ['123456789012', true],
  ['abcdefghijklm', true],
  ['111111111111', true],
  ['abc123abc123', true],
  ['correct horse battery staple', false],
  ['守望平安守望一整夜的楼道', false],
  ['k7dmW2pQx9Lt', false],
])('%s is what is guessed first: %s', async (password, expected) => {
  expect(await isCommonPassword(password)).toBe(expected);
});
