import type { Generated, Kysely } from 'kysely';
import type { SessionDevice } from '#contracts/rest.ts';
import type { WallSound } from '#contracts/wall.ts';
import { registryMigrations } from '#registry/migrations.ts';
import type { RegistryTables } from '#registry/tables.ts';
import { createKysely } from '#runtime/kysely-sqlite.ts';
import { migrate, requireMigrated } from '#runtime/migrations.ts';
import { openSqlite } from '#runtime/sqlite.ts';
import { dashboardMigrations } from '../migrations.ts';

/** Rows the dashboard keeps in `registry.db`; times epoch ms. */
export type DashboardTables = {
  /** `last_community` is the one its owner chose last. */
  account: {
    login: string;
    password_hash: string;
    password_set_at: number;
    last_community: string | null;
  };
  /** Whom an account is in each of the communities it belongs to. */
  account_person: { login: string; community: string; person: string };
  /** `id_hash` is SHA-256 of the session id, so that reading the file signs nobody in. */
  session: {
    id_hash: string;
    login: string | null;
    wall: string | null;
    /** The community its owner chose; null at a wall, and until one of several is chosen. */
    community: string | null;
    created_at: number;
    seen_at: number;
    /** When a live page of it was last open; null where none ever was. */
    page_seen_at: number | null;
    browser: Generated<SessionDevice['browser']>;
    system: Generated<SessionDevice['system']>;
  };
  wall: {
    id: string;
    community: string;
    name: string;
    enrolled_by: string;
    enrolled_at: number;
    revoked_at: number | null;
  };
  /** `code_hash` is keyed by the session secret: a code of 8 digits could be guessed from a bare hash. */
  wall_code: { code_hash: string; community: string; name: string; made_by: string; expires_at: number };
  /** How a wall's page last said it is, at whichever dashboard. */
  wall_sign: { wall: string; heard_at: number; sound: WallSound };
  /** `action` is the one that the token was used for; null until then. */
  acting_token: {
    token_hash: string;
    wall: string;
    person: string;
    expires_at: number;
    action: string | null;
  };
  /** Wrong passwords, codes and PINs by whom they slow: limits in guess-store.ts. */
  guess: { key: string; count: number; last_at: number };
  /** From where somebody signed in to an account. */
  known_network: { network: string; login: string; used_at: number };
  pin: { community: string; person: string; hash: string; set_at: number };
  audit: {
    id: Generated<number>;
    at: number;
    person: string | null;
    login: string | null;
    community: string | null;
    address: string;
    action: string;
    object: string | null;
    request: string | null;
    outcome: string;
    /** The wall at which it was done. */
    place: string | null;
    /** Covers the entry and the hash of the one before it: audit-chain.ts. */
    hash: string;
  };
};

/** The dashboard's view of `registry.db`: its own tables beside the registry's. */
export type DashboardDatabase = Kysely<RegistryTables & DashboardTables>;

/**
 * Opens `registry.db` for reading, on a connection of its own.
 *
 * @throws {RuntimeError} `DATABASE_NOT_MIGRATED` where the file is of another version.
 */
export function openDashboardTablesToRead(file: string): DashboardDatabase {
  const db = openSqlite(file, { readOnly: true });
  requireMigrated(db, 'registry', registryMigrations);
  requireMigrated(db, 'dashboard', dashboardMigrations);
  return createKysely<RegistryTables & DashboardTables>(db, 'read');
}

/** Opens `registry.db` for writing, bringing the registry's and the dashboard's tables to the newest version. */
export function openDashboardTables(file: string): DashboardDatabase {
  const db = openSqlite(file);
  migrate(db, 'registry', registryMigrations);
  migrate(db, 'dashboard', dashboardMigrations);
  return createKysely<RegistryTables & DashboardTables>(db);
}
