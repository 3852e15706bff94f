import type { DatabaseSync } from 'node:sqlite';
import { RuntimeError } from './errors.ts';
import { transaction } from './sqlite.ts';

/** What lifts a part's tables from one version to the next: statements, or a function where SQL alone cannot do it. */
type Migration = string | ((db: DatabaseSync) => void);

/** Step n lifts a part's tables from version n to n + 1; the list only ever grows at its end. */
export type Migrations = readonly Migration[];

/**
 * Brings a part's tables of a file to the newest version; each step is one transaction. References between tables are
 * not enforced while a step runs, since one may put a new table in the place of another that is referred to; those of
 * the tables that were made or changed are checked before the last step is committed: an old step may refer to what
 * another part has changed since.
 *
 * @param part Names the part; several parts may keep tables in one file.
 * @returns Steps carried out, 0 where nothing was to do.
 * @throws {RuntimeError} `DATABASE_TOO_NEW` where the file was written by a newer release; `DATABASE_MIGRATION_FAILED`
 * where a step fails, which leaves the file as the step before left it.
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
  const isEnforced = db.prepare('PRAGMA foreign_keys').get()?.foreign_keys === 1;
  // Without effect inside a transaction.
  if (isEnforced) db.exec('PRAGMA foreign_keys = OFF');
  const before = tablesOf(db);
  try {
    for (let version = from; version < migrations.length; version++) {
      transaction(db, () => {
        const step = migrations[version] as Migration;
        if (typeof step === 'string') db.exec(step);
        else step(db);
        if (version === migrations.length - 1) checkReferences(db, part, before);
        db.prepare(
          'INSERT INTO migration (part, version) VALUES (?, ?) ON CONFLICT (part) DO UPDATE SET version = excluded.version',
        ).run(part, version + 1);
      });
    }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new RuntimeError(
      'DATABASE_MIGRATION_FAILED',
      `${part}: ${db.location() ?? 'the file'} could not be brought to version ${migrations.length} (${why}); it is at version ${versionOf(db, part)}, and nothing of it is lost`,
      { cause: error },
    );
  } finally {
    if (isEnforced) db.exec('PRAGMA foreign_keys = ON');
  }
  return migrations.length - from;
}

function tablesOf(db: DatabaseSync): Map<string, string> {
  const rows = db.prepare("SELECT name, sql FROM sqlite_master WHERE type = 'table'").all();
  return new Map(rows.map(({ name, sql }) => [String(name), String(sql)]));
}

/** @throws {Error} where a row of a table that differs from what it was refers to a row that is not there. */
function checkReferences(db: DatabaseSync, part: string, before: ReadonlyMap<string, string>): void {
  for (const [table, sql] of tablesOf(db)) {
    if (before.get(table) === sql) continue;
    const broken = db.prepare(`PRAGMA foreign_key_check(${table})`).get();
    if (broken) {
      throw new Error(`${part}: a row of ${table} refers to a row of ${broken.parent} that is not there`);
    }
  }
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
