import { changedKeys } from '#runtime/overlay-map.ts';
import { type CommunityRegistry, type CommunityRows, createCommunityRegistry } from './community-registry.ts';
import type { RegistryTables } from './tables.ts';

/** All rows of the registry at one revision. */
export interface RegistryRows extends Omit<CommunityRows, 'community'> {
  revision: number;
  community: RegistryTables['community'][];
  credential: RegistryTables['credential'][];
}

/**
 * The registry at one revision, in memory. Immutable. An id is unique only within its community, so a look-up begins
 * with the community: `registry.of(community)?.devices.get(id)`.
 */
export interface Registry {
  readonly revision: number;
  readonly communities: ReadonlyMap<string, CommunityRegistry>;
  /** The lookups of a community; undefined where there is no such community. */
  of(community: string): CommunityRegistry | undefined;
  findCredential(username: string): Credential | undefined;
  /** Credentials by user name. */
  readonly credentials: ReadonlyMap<string, Credential>;
}

export type Credential = RegistryTables['credential'];

/** Tables whose rows belong to a community, each after those its rows refer to. */
export const tablesOfCommunity = [
  'grid',
  'building',
  'unit',
  'floor',
  'dwelling',
  'resident',
  'gateway',
  'device',
  'person',
  'person_right',
  'consent',
] as const;

/** Builds the lookups over a set of rows, community by community. */
export function createRegistry(rows: RegistryRows): Registry {
  const byCommunity = tablesOfCommunity.map(
    (table) =>
      [table, Map.groupBy<string, { community: string }>(rows[table], (row) => row.community)] as const,
  );
  const communities = new Map(
    rows.community.map((community) => {
      const own = byCommunity.map(([table, grouped]) => [table, grouped.get(community.id) ?? []]);
      return [community.id, createCommunityRegistry({ ...Object.fromEntries(own), community })] as const;
    }),
  );
  const credentials = new Map(rows.credential.map((credential) => [credential.username, credential]));
  return registryOf(rows.revision, communities, credentials);
}

/** The registry of some communities and credentials. */
export function registryOf(
  revision: number,
  communities: ReadonlyMap<string, CommunityRegistry>,
  credentials: ReadonlyMap<string, Credential>,
): Registry {
  return {
    revision,
    communities,
    credentials,
    of: (community) => communities.get(community),
    findCredential: (username) => credentials.get(username),
  };
}

/** Devices of a community that differ between two registries; undefined where all may differ. */
export function changedDevices(
  community: string,
  { before, after }: { before: Registry | undefined; after: Registry },
): ReadonlySet<string> | undefined {
  const [old, now] = [before?.of(community)?.devices, after.of(community)?.devices];
  return old && now && changedKeys(old, now);
}
