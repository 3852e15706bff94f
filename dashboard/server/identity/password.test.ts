import { expect, test } from 'vitest';
import { hashOfNobody, hashPassword, isCommonPassword, signInRanks, verifyPassword } from './password.ts';

test('a password matches its hash however it was composed, and nothing else does', async () => {
  const hash = await hashPassword('caf\u00e9 守望平安守望平安');
  expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
  expect(await verifyPassword('cafe\u0301 守望平安守望平安', hash)).toBe(true);
  expect(await verifyPassword('cafe 守望平安守望平安', hash)).toBe(false);
});

test('the same password hashes differently each time', async () => {
  expect(await hashPassword('a long enough password')).not.toBe(await hashPassword('a long enough password'));
});

test('a hash of nobody costs as much as any, and matches no password', async () => {
  const costOf = (hash: string) => hash.split('$').slice(0, 4);
  const nobody = hashOfNobody();
  expect(costOf(nobody)).toEqual(costOf(await hashPassword('a long enough password')));
  expect(nobody).not.toBe(hashOfNobody());
  expect(await verifyPassword('a long enough password', nobody)).toBe(false);
});

test('what is no argon2id hash is an error, not a wrong password', async () => {
  await expect(verifyPassword('x', 'plain')).rejects.toMatchObject({
    code: 'DASHBOARD_PASSWORD_HASH_INVALID',
  });
});

test('of more sign-ins than can wait, the surplus is told to come back', async () => {
  const all = await Promise.allSettled(
    Array.from({ length: 40 }, (_, n) =>
      hashPassword('a long enough password', { rank: signInRanks.fresh, owner: `203.0.113.${n}` }),
    ),
  );
  const refused = all.filter((one) => one.status === 'rejected');
  expect(refused.length).toBeGreaterThanOrEqual(40 - 2 - 32);
  expect(refused[0]?.reason).toMatchObject({ code: 'DASHBOARD_TOO_MANY_SIGN_INS', retryAfterS: 2 });
});

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
