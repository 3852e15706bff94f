import type { DashboardDatabase } from '../tables.ts';

/** From where people signed in before, at whichever dashboard. */
export interface KnownNetworks {
  /** Whether somebody signed in to that account from there. */
  has(login: string, network: string): Promise<boolean>;
  /** Whether anybody did. */
  hasAny(network: string): Promise<boolean>;
  add(login: string, network: string): Promise<void>;
}

/** Accounts with their networks that are remembered; beyond, the one longest unused goes first. */
const maxKnown = 10_000;
/** Sign-ins of the same account and network within this time are remembered once, in ms. */
const sameMs = 3_600_000;

/** Creates the memory over `registry.db`. */
export function createKnownNetworks(db: DashboardDatabase, now: () => number): KnownNetworks {
  const find = (network: string) =>
    db.selectFrom('known_network').select('used_at').where('network', '=', network);
  return {
    has: async (login, network) =>
      (await find(network).where('login', '=', login).executeTakeFirst()) !== undefined,
    hasAny: async (network) => (await find(network).limit(1).executeTakeFirst()) !== undefined,
    add: async (login, network) => {
      const known = await find(network).where('login', '=', login).executeTakeFirst();
      if (known && now() - known.used_at < sameMs) return;
      const row = { used_at: now() };
      await db
        .insertInto('known_network')
        .values({ network, login, ...row })
        .onConflict((conflict) => conflict.columns(['network', 'login']).doUpdateSet(row))
        .execute();
      const beyond = await db
        .selectFrom('known_network')
        .select('used_at')
        .orderBy('used_at', 'desc')
        .limit(1)
        .offset(maxKnown)
        .executeTakeFirst();
      if (beyond) await db.deleteFrom('known_network').where('used_at', '<=', beyond.used_at).execute();
    },
  };
}
