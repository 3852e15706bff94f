import type { Kysely } from 'kysely';
import { createKysely } from '#runtime/kysely-sqlite.ts';
import type { Logger } from '#runtime/log.ts';
import { migrate, requireMigrated } from '#runtime/migrations.ts';
import { openSqlite } from '#runtime/sqlite.ts';
import { runAtOnce, runInSlices } from '#runtime/time-slices.ts';
import { registryMigrations } from './migrations.ts';
import type { Registry } from './registry.ts';
import { createRegistryReader } from './registry-reader.ts';
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

/** Reads the whole registry of a file once. */
export function readRegistry(file: string): Registry {
  const sqlite = openSqlite(file, { readOnly: true });
  try {
    requireMigrated(sqlite, 'registry', registryMigrations);
    return runAtOnce(createRegistryReader(sqlite).readAll()).registry;
  } finally {
    sqlite.close();
  }
}

/** The current registry, read again within `intervalMs` of a change. */
export interface FollowedRegistry {
  current(): Registry;
  /** Reads now, for a caller that received something the current revision does not have. */
  refresh(): Promise<Registry>;
  close(): Promise<void>;
}

/**
 * Follows the registry of a file that another process writes. Only changes are read, in slices, so that even a large
 * change does not block the thread for long.
 */
export async function followRegistry(options: {
  file: string;
  log: Logger;
  intervalMs?: number;
  onChange?: (registry: Registry) => void;
}): Promise<FollowedRegistry> {
  const sqlite = openSqlite(options.file, { readOnly: true });
  requireMigrated(sqlite, 'registry', registryMigrations);
  const reader = createRegistryReader(sqlite);
  let read = await runInSlices(reader.readAll());
  let closed = false;

  const readIfChanged = async () => {
    if (closed || reader.revision() === read.registry.revision) return;
    read = await runInSlices(reader.readChanges(read));
    if (!closed) options.onChange?.(read.registry);
  };
  /** The read in progress, and the next one for callers that ask meanwhile: the one in progress may be too old. */
  let reading: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  const begin = () => {
    reading = readIfChanged().finally(() => {
      reading = undefined;
    });
    return reading;
  };
  const refresh = async () => {
    if (!reading) await begin();
    else {
      next ??= reading
        .catch(() => undefined)
        .then(() => {
          next = undefined;
          return begin();
        });
      await next;
    }
    return read.registry;
  };
  const timer = setInterval(() => {
    refresh().catch((error) => options.log.error({ err: error }, 'registry not readable'));
  }, options.intervalMs ?? 1000);
  return {
    current: () => read.registry,
    refresh,
    close: async () => {
      clearInterval(timer);
      closed = true;
      await (next ?? reading)?.catch(() => undefined);
      sqlite.close();
    },
  };
}
