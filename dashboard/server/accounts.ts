import type { Kysely } from 'kysely';
import type { RegistryTables } from '#registry/tables.ts';
import { DashboardError } from '../errors.ts';
import { isCommonPassword } from './common-passwords.ts';
import { hashPassword } from './password.ts';
import type { DashboardDatabase, DashboardTables } from './tables.ts';

/** Shortest password a person may choose, in characters. */
export const minPasswordLength = 12;
const maxPasswordLength = 256;
const loginPattern = /^[\p{L}\p{N}][\p{L}\p{N}._@-]{1,63}$/u;

/** An account to be made for a person of the registry. */
export interface NewAccount {
  person: string;
  login: string;
  password: string;
}

/** Logins are compared in this form: upper and lower case, full and half width are the same. */
export function normalizeLogin(login: string): string {
  return login.normalize('NFKC').trim().toLowerCase();
}

/**
 * Makes an account.
 *
 * @param db `registry.db`, migrated for the dashboard.
 * @throws {DashboardError} `DASHBOARD_LOGIN_INVALID`, `DASHBOARD_LOGIN_TAKEN`, `DASHBOARD_PASSWORD_WEAK`,
 * `DASHBOARD_PERSON_UNKNOWN`.
 */
export async function createAccount(
  db: Kysely<RegistryTables>,
  account: NewAccount,
  now: () => number = Date.now,
): Promise<void> {
  const login = normalizeLogin(account.login);
  if (!loginPattern.test(login)) {
    throw new DashboardError(
      'DASHBOARD_LOGIN_INVALID',
      `login "${account.login}" must be 2 to 64 letters, digits, or . _ @ -, beginning with a letter or digit`,
    );
  }
  const row = { login, person: account.person, ...(await passwordRow(login, account.password, now)) };
  await tablesOf(db)
    .transaction()
    .execute(async (trx) => {
      const person = await trx.selectFrom('person').select('id').where('id', '=', row.person).execute();
      if (person.length === 0) {
        throw new DashboardError('DASHBOARD_PERSON_UNKNOWN', `no person "${row.person}" in the registry`);
      }
      if (await findAccount(trx, login)) {
        throw new DashboardError('DASHBOARD_LOGIN_TAKEN', `login "${login}" is taken`);
      }
      await trx.insertInto('account').values(row).execute();
    });
}

/**
 * Sets an account's password and ends all its sessions.
 *
 * @throws {DashboardError} `DASHBOARD_LOGIN_UNKNOWN`, `DASHBOARD_PASSWORD_WEAK`.
 */
export async function setPassword(
  db: Kysely<RegistryTables>,
  givenLogin: string,
  password: string,
  now: () => number = Date.now,
): Promise<void> {
  const login = normalizeLogin(givenLogin);
  const row = await passwordRow(login, password, now);
  await tablesOf(db)
    .transaction()
    .execute(async (trx) => {
      const { numUpdatedRows } = await trx
        .updateTable('account')
        .set(row)
        .where('login', '=', login)
        .executeTakeFirst();
      if (numUpdatedRows === 0n) {
        throw new DashboardError('DASHBOARD_LOGIN_UNKNOWN', `no account "${login}"`);
      }
      await trx.deleteFrom('session').where('login', '=', login).execute();
    });
}

/** The account of a login, in any spelling of `normalizeLogin`. */
export async function findAccount(
  db: Pick<DashboardDatabase, 'selectFrom'>,
  login: string,
): Promise<{ login: string; person: string; password_hash: string } | undefined> {
  return db
    .selectFrom('account')
    .select(['login', 'person', 'password_hash'])
    .where('login', '=', normalizeLogin(login))
    .executeTakeFirst();
}

function tablesOf(db: Kysely<RegistryTables>): DashboardDatabase {
  return db.$extendTables<DashboardTables>();
}

async function passwordRow(login: string, password: string, now: () => number) {
  const length = [...password.normalize('NFKC')].length;
  const isWeak =
    length < minPasswordLength || length > maxPasswordLength || normalizeLogin(password) === login;
  if (isWeak) {
    throw new DashboardError(
      'DASHBOARD_PASSWORD_WEAK',
      `a password must have ${minPasswordLength} to ${maxPasswordLength} characters and differ from the login`,
    );
  }
  if (await isCommonPassword(password)) {
    throw new DashboardError(
      'DASHBOARD_PASSWORD_WEAK',
      'the password is one of those that are guessed first; take some words that nobody would put together',
    );
  }
  return { password_hash: await hashPassword(password), password_set_at: now() };
}
