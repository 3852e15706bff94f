import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite';
import {
  buildCommunityRegistry,
  type CommunityRegistry,
  type CommunityRows,
  placeTables,
  withRights,
} from './community-registry.ts';
import {
  type CommunityPatch,
  patchCommunityRegistry,
  sharingUnchanged,
  withPlaces,
} from './patch-community.ts';
import { type Credential, type Registry, registryOf, tablesOfCommunity } from './registry.ts';
import { isRemovalPart, type Removal, removalKey } from './removals.ts';
import type { RegistryTables } from './tables.ts';

/** The registry, and the change of the file that it is current to. */
export interface ReadRegistry {
  registry: Registry;
  change: number;
}

/** Reads the registry of a file in short steps, so that other work runs between them. */
export interface RegistryReader {
  /** The revision on file. */
  revision(): number;
  /** Reads everything. */
  readAll(): Generator<void, ReadRegistry>;
  /** Reads the changes since: all places of a community where one changed, all of the community where many rows did. */
  readChanges(before: ReadRegistry): Generator<void, ReadRegistry>;
}

/** Most changes read one by one; with more, the whole community is read. */
const maxPatched = 500;
/** Rows between two steps of reading. */
const rowsPerStep = 200;

interface Change {
  part: string;
  id: string;
}

/** What changed in one community. */
interface CommunityChanges {
  /** Part and id of those in `changes`. */
  known: Set<string>;
  changes: Change[];
  hasPlaces: boolean;
  /** The whole community is read again. */
  isWhole: boolean;
}

/** Creates a reader over a connection of its own. */
export function createRegistryReader(sqlite: DatabaseSync): RegistryReader {
  const statements = new Map<string, StatementSync>();
  const prepared = (sql: string) => {
    const known = statements.get(sql) ?? sqlite.prepare(sql);
    statements.set(sql, known);
    return known;
  };
  const one = <T>(sql: string, ...values: string[]) => prepared(sql).get(...values) as T | undefined;
  const all = <T>(sql: string, ...values: (string | number)[]) => prepared(sql).all(...values) as T[];

  /** Runs steps within one read transaction, whatever is written meanwhile. */
  function* within<T>(steps: () => Generator<void, T>): Generator<void, T> {
    sqlite.exec('BEGIN');
    try {
      return yield* steps();
    } finally {
      sqlite.exec('COMMIT');
    }
  }
  /** In the order they were written, which is that of the plan. */
  function* rowsOf(table: string, community: string): Generator<void, Record<string, SQLOutputValue>[]> {
    const rows: Record<string, SQLOutputValue>[] = [];
    for (const row of prepared(
      `SELECT * FROM ${table} NOT INDEXED WHERE community = ? ORDER BY rowid`,
    ).iterate(community)) {
      rows.push(row);
      if (rows.length % rowsPerStep === 0) yield;
    }
    return rows;
  }
  function* readCommunity(id: string): Generator<void, CommunityRegistry | undefined> {
    const community = one<RegistryTables['community']>('SELECT * FROM community WHERE id = ?', id);
    if (!community) return undefined;
    const rows: Record<string, unknown> = { community };
    for (const table of [...tablesOfCommunity, 'taken_out']) rows[table] = yield* rowsOf(table, id);
    return yield* buildCommunityRegistry(rows as unknown as CommunityRows);
  }
  function* placesOf(id: string): Generator<void, Parameters<typeof withPlaces>[1]> {
    const rows: Record<string, unknown> = {};
    for (const table of placeTables) rows[table] = yield* rowsOf(table, id);
    return rows as Parameters<typeof withPlaces>[1];
  }
  function* readAnew(id: string, known: CommunityRegistry | undefined) {
    const read = yield* readCommunity(id);
    return read && known ? yield* sharingUnchanged(known, read) : read;
  }
  const newestChange = () =>
    one<{ newest: number }>('SELECT coalesce(max(change), 0) AS newest FROM registry_change')?.newest ?? 0;
  const readRevision = () =>
    Number(one<{ revision: number }>('SELECT revision FROM registry_revision')?.revision);

  function* readEverything(): Generator<void, ReadRegistry> {
    const communities = new Map<string, CommunityRegistry>();
    for (const { id } of all<{ id: string }>('SELECT id FROM community')) {
      const registry = yield* readCommunity(id);
      if (registry) communities.set(id, registry);
      yield;
    }
    const credentials = all<Credential>('SELECT * FROM credential');
    const byUsername = new Map(credentials.map((credential) => [credential.username, credential]));
    return { registry: registryOf(readRevision(), communities, byUsername), change: newestChange() };
  }

  const removalsOf = (community: string, changes: readonly Change[]) =>
    new Map(
      changes
        .filter(({ part }) => isRemovalPart(part))
        .map(({ part, id }) => {
          const where = 'WHERE community = ? AND part = ? AND id = ?';
          const row = one<Removal>(`SELECT at, by FROM taken_out ${where}`, community, part, id);
          return [removalKey(part, id), row] as const;
        }),
    );
  const patchOf = (community: string, changes: readonly Change[]): CommunityPatch => {
    const read = <T>(part: string, lookUp: (id: string) => T) => {
      const ids = changes.filter((change) => change.part === part).map(({ id }) => id);
      return ids.length > 0 ? new Map(ids.map((id) => [id, lookUp(id)] as const)) : undefined;
    };
    const row =
      <T>(table: string) =>
      (id: string) =>
        one<T>(`SELECT * FROM ${table} WHERE community = ? AND id = ?`, community, id);
    const ownOf = <T>(table: string, person: string) =>
      all<T>(`SELECT * FROM ${table} WHERE community = ? AND person = ? ORDER BY rowid`, community, person);
    const own = one<RegistryTables['community']>('SELECT * FROM community WHERE id = ?', community);
    const patch = {
      community: own,
      gateways: read('gateway', row<RegistryTables['gateway']>('gateway')),
      residents: read('resident', row<RegistryTables['resident']>('resident')),
      devices: read('device', row<CommunityRows['device'][number]>('device')),
      people: read('person', (id) => {
        const person = row<RegistryTables['person']>('person')(id);
        return person && withRights(person, ownOf('person_right', id));
      }),
      consents: read('consent', (person) => {
        const consents = ownOf<RegistryTables['consent']>('consent', person);
        return consents.length > 0 ? consents : undefined;
      }),
      removals: removalsOf(community, changes),
    };
    return Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
  };

  /** What changed after a change, by community, each row once; of credentials under the empty name. */
  function* changesSince(change: number): Generator<void, Map<string, CommunityChanges>> {
    const found = new Map<string, CommunityChanges>();
    const rows = prepared('SELECT part, community, id FROM registry_change WHERE change > ?').iterate(change);
    let seen = 0;
    for (const { part, community, id } of rows as Iterable<Change & { community: string }>) {
      if (++seen % rowsPerStep === 0) yield;
      const own = found.get(community) ?? {
        known: new Set<string>(),
        changes: [],
        hasPlaces: false,
        isWhole: false,
      };
      found.set(community, own);
      if (own.isWhole || own.known.has(`${part} ${id}`)) continue;
      own.known.add(`${part} ${id}`);
      own.changes.push({ part, id });
      own.hasPlaces ||= part === 'place';
      own.isWhole = community !== '' && own.changes.length > maxPatched;
    }
    return found;
  }

  function* patchCredentials(credentials: Map<string, Credential>, changes: readonly Change[]) {
    for (const [index, { id: username }] of changes.entries()) {
      if (index % rowsPerStep === 0) yield;
      const credential = one<Credential>('SELECT * FROM credential WHERE username = ?', username);
      if (credential) credentials.set(username, credential);
      else credentials.delete(username);
    }
  }

  function* readChanged(before: ReadRegistry): Generator<void, ReadRegistry> {
    const newest = newestChange();
    const oldest = one<{ oldest: number }>('SELECT min(change) AS oldest FROM registry_change')?.oldest ?? 0;
    if (newest < before.change || oldest > before.change + 1) return yield* readEverything();
    const communities = new Map(before.registry.communities);
    const credentials = new Map(before.registry.credentials);
    for (const [id, { changes, hasPlaces, isWhole }] of yield* changesSince(before.change)) {
      if (id === '') {
        yield* patchCredentials(credentials, changes);
        continue;
      }
      const known = communities.get(id);
      const isThere = one('SELECT id FROM community WHERE id = ?', id) !== undefined;
      const next =
        known && isThere && !isWhole
          ? patchCommunityRegistry(
              hasPlaces ? yield* withPlaces(known, yield* placesOf(id)) : known,
              patchOf(id, changes),
            )
          : yield* readAnew(id, known);
      if (next) communities.set(id, next);
      else communities.delete(id);
      yield;
    }
    return { registry: registryOf(readRevision(), communities, credentials), change: newest };
  }

  return {
    revision: readRevision,
    readAll: () => within(readEverything),
    readChanges: (before) => within(() => readChanged(before)),
  };
}
