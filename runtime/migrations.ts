import type { DatabaseSync } from 'node:sqlite';
import { RuntimeError } from './errors.ts';
import { transaction } from './sqlite.ts';

/** Statements that lift a part's tables from version n to n + 1; the list only ever grows at its end. */
export type Migrations = readonly string[];

/**
 * Brings a part's tables of a file to the newest version; each step is one transaction.
 *
 * @param part Names the part; several parts may keep tables in one file.
 * @returns Steps carried out, 0 where nothing was to do.
 * @throws {RuntimeError} `DATABASE_TOO_NEW` where the file was written by a newer release.
 */
export function migrate(db: DatabaseSync, part: string, migrations: Migrations): number {
  db.exec('CREATE TABLE IF NOT EXISTS migration (part TEXT PRIMARY KEY, version INTEGER NOT NULL) STRICT');
  const from = versionOf(db, part);
  if (from > migrations.length) {
    throw new RuntimeError(
      'DATABASE_TOO_NEW',
      `${part}: the data is of version ${from}, this release knows ${migrations.length}; install the newer release`,
    );
  }
  for (let version = from; version < migrations.length; version++) {
    transaction(db, () => {
      db.exec(migrations[version] as string);
      db.prepare(
        'INSERT INTO migration (part, version) VALUES (?, ?) ON CONFLICT (part) DO UPDATE SET version = excluded.version',
      ).run(part, version + 1);
    });
  }
  return migrations.length - from;
}

/** Checks that a reader's file is of the version it knows. @throws {RuntimeError} `DATABASE_NOT_MIGRATED`. */
export function requireMigrated(db: DatabaseSync, part: string, migrations: Migrations): void {
  const version = versionOf(db, part);
  if (version !== migrations.length) {
    throw new RuntimeError(
      'DATABASE_NOT_MIGRATED',
      `${part}: the data is of version ${version}, this release needs ${migrations.length}; run "npm run provision -- migrate"`,
    );
  }
}

function versionOf(db: DatabaseSync, part: string): number {
  const exists = db.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'migration'").get();
  if (!exists) return 0;
  const row = db.prepare('SELECT version FROM migration WHERE part = ?').get(part);
  return Number(row?.version ?? 0);
}
