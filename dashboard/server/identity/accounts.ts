import type { Kysely } from 'kysely';
import type { Registry } from '#registry/registry.ts';
import type { RegistryTables } from '#registry/tables.ts';
import { inTransaction } from '#runtime/kysely-sqlite.ts';
import { DashboardError } from '../../errors.ts';
import type { DashboardDatabase, DashboardTables } from '../tables.ts';
import { hashPassword, isCommonPassword } from './password.ts';
import { type PersonOfCommunity, type Viewer, viewerOf } from './rights.ts';

/** Shortest password a person may choose, in characters. */
export const minPasswordLength = 12;
const maxPasswordLength = 256;
const loginPattern = /^[\p{L}\p{N}][\p{L}\p{N}._@-]{1,63}$/u;

/** An account to be made for a person of a community. */
export interface NewAccount {
  community: string;
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
  const { community, person: id } = account;
  const row = { login, ...(await passwordRow(login, account.password, now)) };
  await inTransaction(tablesOf(db), async (trx) => {
    await requirePersonOf(trx, { community, person: id });
    if (await findAccount(trx, login)) {
      throw new DashboardError('DASHBOARD_LOGIN_TAKEN', await takenWords(trx, login));
    }
    await trx.insertInto('account').values(row).execute();
    await trx.insertInto('account_person').values({ login, community, person: id }).execute();
  });
}

/**
 * Lets an account be somebody in a further community: its owner chooses after signing in. Linking it again to the same
 * person changes nothing.
 *
 * @throws {DashboardError} `DASHBOARD_LOGIN_UNKNOWN`, `DASHBOARD_PERSON_UNKNOWN`, or `DASHBOARD_LOGIN_TAKEN` where the
 * account is somebody else in that community.
 */
export async function linkAccount(
  db: Kysely<RegistryTables>,
  { login: given, community, person }: Omit<NewAccount, 'password'>,
): Promise<void> {
  const login = normalizeLogin(given);
  await inTransaction(tablesOf(db), async (trx) => {
    await requirePersonOf(trx, { community, person });
    if (!(await findAccount(trx, login))) {
      throw new DashboardError('DASHBOARD_LOGIN_UNKNOWN', `no account "${login}"`);
    }
    const known = (await peopleOfAccount(trx, login)).find((one) => one.community === community);
    if (known && known.person !== person) {
      throw new DashboardError(
        'DASHBOARD_LOGIN_TAKEN',
        `login "${login}" is taken: in ${community} it is ${known.person}`,
      );
    }
    if (!known) await trx.insertInto('account_person').values({ login, community, person }).execute();
  });
}

/** Whom an account is, one entry a community, by community. */
export async function peopleOfAccount(
  db: Pick<DashboardDatabase, 'selectFrom'>,
  login: string,
): Promise<PersonOfCommunity[]> {
  return db
    .selectFrom('account_person')
    .select(['community', 'person'])
    .where('login', '=', normalizeLogin(login))
    .orderBy('community')
    .execute();
}

async function takenWords(db: Pick<DashboardDatabase, 'selectFrom'>, login: string): Promise<string> {
  const people = await peopleOfAccount(db, login);
  const who = people.map(({ community, person }) => `${person} of ${community}`).join(', ');
  return `login "${login}" is taken${who && ` by ${who}`}; choose another, or, where both are one person, link the account`;
}

async function requirePersonOf(
  db: Pick<DashboardDatabase, 'selectFrom'>,
  { community, person }: PersonOfCommunity,
): Promise<void> {
  const found = await db
    .selectFrom('person')
    .select('id')
    .where('community', '=', community)
    .where('id', '=', person)
    .executeTakeFirst();
  if (found) return;
  throw new DashboardError(
    'DASHBOARD_PERSON_UNKNOWN',
    `no person "${person}" in the community "${community}"`,
  );
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
  await inTransaction(tablesOf(db), async (trx) => {
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
): Promise<{ login: string; password_hash: string; last_community: string | null } | undefined> {
  return db
    .selectFrom('account')
    .select(['login', 'password_hash', 'last_community'])
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

/** Whom an account is, everywhere. */
export interface AccountPeople {
  /** One entry a community, by community. */
  people: PersonOfCommunity[];
  /** Those of them who may see something, the one its owner chose last first. */
  viewers: Viewer[];
  /** The community it chose last, where it ever did. */
  last?: string;
}

/** Finds whom an account is. */
export type PeopleOfAccount = (login: string) => Promise<AccountPeople>;

/** Creates it over `registry.db`. */
export function createPeopleOfAccount(
  db: Pick<DashboardDatabase, 'selectFrom'>,
  registry: () => Registry,
): PeopleOfAccount {
  return async (login) => {
    const [account, people] = await Promise.all([findAccount(db, login), peopleOfAccount(db, login)]);
    const viewers = people.map((who) => viewerOf(registry(), who)).filter((found) => found !== undefined);
    const last = account?.last_community ?? undefined;
    const [there, elsewhere] = [true, false].map((isThere) =>
      viewers.filter(({ community }) => (community === last) === isThere),
    ) as [Viewer[], Viewer[]];
    return { people, viewers: [...there, ...elsewhere], ...(last !== undefined && { last }) };
  };
}
