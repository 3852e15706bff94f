import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Kysely } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { applyPlan } from '#registry/apply-plan.ts';
import type { RegistryTables } from '#registry/tables.ts';
import { planOf } from '../../testing/test-community.ts';
import { type DashboardDatabase, openDashboardTables } from '../tables.ts';
import { createAccount, findAccount, linkAccount, peopleOfAccount, setPassword } from './accounts.ts';

let folder: string;
let db: DashboardDatabase;
let registry: Kysely<RegistryTables>;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'accounts-'));
  db = openDashboardTables(join(folder, 'registry.db'));
  registry = db as unknown as Kysely<RegistryTables>;
  await applyPlan(registry, planOf('c1'));
});
afterEach(async () => {
  await db.destroy();
  rmSync(folder, { recursive: true });
});

const account = {
  community: 'c1',
  person: 'c1-guard',
  login: 'Zhiban',
  password: '十二个字的口令平安守望呀',
};

test('an account is found under its login in any spelling', async () => {
  await createAccount(registry, account);
  expect(await findAccount(db, ' ｚｈＩｂａｎ ')).toMatchObject({ login: 'zhiban' });
  expect(await peopleOfAccount(db, 'zhiban')).toEqual([{ community: 'c1', person: 'c1-guard' }]);
});

test.each([
  ['a login that is taken', { login: 'ZHIBAN', person: 'c1-patrol' }, 'DASHBOARD_LOGIN_TAKEN'],
  ['a login with a space', { login: 'zhi ban' }, 'DASHBOARD_LOGIN_INVALID'],
  ['a login of one character', { login: 'z' }, 'DASHBOARD_LOGIN_INVALID'],
  ['a password of eleven characters', { login: 'other', password: '12345678901' }, 'DASHBOARD_PASSWORD_WEAK'],
  [
    'a password that is the login',
    { login: 'the-same-word', password: 'The-Same-Word' },
    'DASHBOARD_PASSWORD_WEAK',
  ],
  ['a person nobody knows', { login: 'other', person: 'c1-ghost' }, 'DASHBOARD_PERSON_UNKNOWN'],
])('%s is refused', async (_what, part, code) => {
  await createAccount(registry, account);
  await expect(createAccount(registry, { ...account, ...part })).rejects.toMatchObject({ code });
  expect(await db.selectFrom('account').selectAll().execute()).toHaveLength(1);
});

test('a login taken by somebody of another community is refused, and the refusal names them', async () => {
  await applyPlan(registry, planOf('c2'));
  await createAccount(registry, account);
  await expect(createAccount(registry, { ...account, community: 'c2', person: 'c2-guard' })).rejects.toThrow(
    'login "zhiban" is taken by c1-guard of c1',
  );
});

test('an account is linked to one person in each of several communities', async () => {
  await applyPlan(registry, planOf('c2'));
  await createAccount(registry, account);
  const there = { login: account.login, community: 'c2' };
  await linkAccount(registry, { ...there, person: 'c2-guard' });
  await linkAccount(registry, { ...there, person: 'c2-guard' });
  expect(await peopleOfAccount(db, 'zhiban')).toEqual([
    { community: 'c1', person: 'c1-guard' },
    { community: 'c2', person: 'c2-guard' },
  ]);
  const code = 'DASHBOARD_LOGIN_TAKEN';
  await expect(linkAccount(registry, { ...there, person: 'c2-patrol' })).rejects.toMatchObject({ code });
  await expect(linkAccount(registry, { ...there, person: 'c1-guard' })).rejects.toMatchObject({
    code: 'DASHBOARD_PERSON_UNKNOWN',
  });
});

test('a password is set for accounts that exist only', async () => {
  await expect(setPassword(registry, 'zhiban', account.password)).rejects.toMatchObject({
    code: 'DASHBOARD_LOGIN_UNKNOWN',
  });
});
