import type { Kysely } from 'kysely';
import { createKysely } from '#runtime/kysely-sqlite.ts';
import type { Logger } from '#runtime/log.ts';
import { migrate, requireMigrated } from '#runtime/migrations.ts';
import { openSqlite } from '#runtime/sqlite.ts';
import { registryMigrations } from './migrations.ts';
import { createRegistry, type Registry, type RegistryRows } from './registry.ts';
import type { RegistryTables } from './tables.ts';

/** Opens the registry's tables for writing, bringing them to the newest version first. */
export function openRegistryTables(file: string): Kysely<RegistryTables> {
  const db = openSqlite(file);
  migrate(db, 'registry', registryMigrations);
  return createKysely<RegistryTables>(db);
}

/** Opens the registry's tables for reading; they have to be of this release. @throws {RuntimeError} `DATABASE_NOT_MIGRATED`. */
export function readRegistryTables(file: string): Kysely<RegistryTables> {
  const db = openSqlite(file, { readOnly: true });
  requireMigrated(db, 'registry', registryMigrations);
  return createKysely<RegistryTables>(db, 'read');
}

/** Reads the whole registry at one revision. */
export async function readRegistry(db: Kysely<RegistryTables>): Promise<Registry> {
  return db.transaction().execute(async (trx) => {
    const { revision } = await trx
      .selectFrom('registry_revision')
      .select('revision')
      .executeTakeFirstOrThrow();
    const all = <T extends keyof RegistryTables>(table: T) => trx.selectFrom(table).selectAll().execute();
    const rows = {
      revision,
      community: await all('community'),
      grid: await all('grid'),
      building: await all('building'),
      unit: await all('unit'),
      floor: await all('floor'),
      dwelling: await all('dwelling'),
      resident: await all('resident'),
      gateway: await all('gateway'),
      device: await all('device'),
      person: await all('person'),
      person_right: await all('person_right'),
      credential: await all('credential'),
      consent: await all('consent'),
    };
    return createRegistry(rows as unknown as RegistryRows);
  });
}

/** The registry as it stands, read anew within `intervalMs` of a change. */
export interface FollowedRegistry {
  current(): Registry;
  /** Reads now, for one who met something the current revision does not know. */
  refresh(): Promise<Registry>;
  close(): Promise<void>;
}

/** Follows the registry of a file that another process writes. */
export async function followRegistry(options: {
  file: string;
  log: Logger;
  intervalMs?: number;
  onChange?: (registry: Registry) => void;
}): Promise<FollowedRegistry> {
  const sqlite = openSqlite(options.file, { readOnly: true });
  requireMigrated(sqlite, 'registry', registryMigrations);
  const readRevision = sqlite.prepare('SELECT revision FROM registry_revision');
  const db = createKysely<RegistryTables>(sqlite, 'read');
  let registry = await readRegistry(db);

  const refresh = async () => {
    if (Number(readRevision.get()?.revision) !== registry.revision) {
      registry = await readRegistry(db);
      options.onChange?.(registry);
    }
    return registry;
  };
  const timer = setInterval(() => {
    refresh().catch((error) => options.log.error({ err: error }, 'registry not readable'));
  }, options.intervalMs ?? 1000);
  return {
    current: () => registry,
    refresh,
    close: async () => {
      clearInterval(timer);
      await db.destroy();
    },
  };
}
