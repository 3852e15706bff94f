import type { Migrations } from '#runtime/migrations.ts';

/** Tables of store.db that every engine needs: the writer's cursor, what the engine refused, what is in its way. */
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
  `
ALTER TABLE refused ADD COLUMN cause TEXT NOT NULL DEFAULT 'other';
ALTER TABLE refused ADD COLUMN measurement TEXT NOT NULL DEFAULT '';
CREATE TABLE refused_beyond (
  cause TEXT NOT NULL, measurement TEXT NOT NULL, community TEXT NOT NULL,
  first_position INTEGER NOT NULL, entries INTEGER NOT NULL,
  PRIMARY KEY (cause, measurement, community)
) STRICT, WITHOUT ROWID;
ALTER TABLE due_summary ADD COLUMN cause TEXT NOT NULL DEFAULT 'other';
CREATE TABLE standing (id INTEGER PRIMARY KEY CHECK (id = 1), trouble TEXT NOT NULL, since INTEGER NOT NULL) STRICT;
`,
];
