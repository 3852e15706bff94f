import type { Migrations } from '#runtime/migrations.ts';

/** Tables of store.db that every engine needs: the writer's cursor and what the engine refused. */
export const storeMigrations: Migrations = [
  `
CREATE TABLE cursor (name TEXT PRIMARY KEY, position INTEGER NOT NULL) STRICT;
CREATE TABLE refused (
  position INTEGER PRIMARY KEY,
  reason TEXT NOT NULL,
  entry TEXT NOT NULL,
  refused_at INTEGER NOT NULL
) STRICT;
`,
  `
CREATE TABLE due_summary (
  tier INTEGER NOT NULL, at INTEGER NOT NULL, since INTEGER NOT NULL, again INTEGER NOT NULL,
  PRIMARY KEY (tier, at)
) STRICT, WITHOUT ROWID;
`,
  `
ALTER TABLE due_summary ADD COLUMN refusals INTEGER NOT NULL DEFAULT 0;
ALTER TABLE due_summary ADD COLUMN not_before INTEGER NOT NULL DEFAULT 0;
`,
];
