import type { Registry } from '#registry/registry.ts';
import { findAccount, peopleOfAccount } from './accounts.ts';
import { type PersonOfCommunity, type Viewer, viewerOf } from './rights.ts';
import type { DashboardDatabase } from './tables.ts';

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
