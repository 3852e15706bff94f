import { createBoundedMap } from '#runtime/bounded-map.ts';
import { networkOf } from '#runtime/network-of.ts';
import type { DashboardDatabase } from '../tables.ts';

/** From where people signed in before. */
export interface KnownNetworks {
  /** Whether somebody signed in to that account from there. */
  has(login: string, network: string): boolean;
  /** Whether anybody did. */
  hasAny(network: string): boolean;
  add(login: string, network: string): void;
}

/** Accounts with their networks that are remembered; the one longest unused goes first. */
const maxKnown = 10_000;
/** Sign-ins in the audit log that a start reads, the newest. */
const maxEntriesRead = 20_000;

/** Reads from the audit log who signed in from where, and remembers it from now on. */
export async function readKnownNetworks(db: DashboardDatabase): Promise<KnownNetworks> {
  const networks = createBoundedMap<string, true>(maxKnown);
  const ofAccounts = createBoundedMap<string, true>(maxKnown);
  const add = (login: string, network: string) => {
    networks.set(network, true);
    ofAccounts.set(`${network} ${login}`, true);
  };
  const entries = await db
    .selectFrom('audit')
    .select(['login', 'address'])
    .where('action', '=', 'sign-in')
    .where('outcome', '=', 'done')
    .orderBy('id', 'desc')
    .limit(maxEntriesRead)
    .execute();
  for (const { login, address } of entries.reverse()) if (login !== null) add(login, networkOf(address));

  return {
    has: (login, network) => ofAccounts.has(`${network} ${login}`),
    hasAny: (network) => networks.has(network),
    add,
  };
}
