import type { Migrations } from '#runtime/migrations.ts';
import { commandResultSql } from './command-result-kind.ts';
import { gateKindsSql } from './gate-kinds.ts';

/** Tables of journal.db; written by the receiving thread of ingest alone. */
export const journalMigrations: Migrations = [
  `
CREATE TABLE journal (
  position INTEGER PRIMARY KEY,
  received_at INTEGER NOT NULL,
  class TEXT NOT NULL,
  kind TEXT NOT NULL,
  device TEXT,
  entry TEXT NOT NULL
) STRICT;
CREATE INDEX journal_gate ON journal (position) WHERE ${gateKindsSql};

CREATE TABLE stream (
  community TEXT NOT NULL,
  gateway TEXT NOT NULL,
  epoch TEXT NOT NULL,
  lane TEXT NOT NULL,
  acknowledged INTEGER NOT NULL,
  ranges TEXT NOT NULL,
  first_at INTEGER NOT NULL,
  touched_at INTEGER NOT NULL,
  PRIMARY KEY (community, gateway, epoch, lane)
) STRICT, WITHOUT ROWID;

CREATE TABLE dead_letter (
  id INTEGER PRIMARY KEY,
  hash TEXT NOT NULL,
  community TEXT NOT NULL,
  gateway TEXT NOT NULL,
  lane TEXT NOT NULL,
  reason TEXT NOT NULL,
  path TEXT NOT NULL,
  expected TEXT NOT NULL,
  epoch TEXT,
  sequence INTEGER,
  payload BLOB NOT NULL,
  payload_bytes INTEGER NOT NULL,
  count INTEGER NOT NULL,
  first_seen INTEGER NOT NULL,
  last_seen INTEGER NOT NULL,
  raised_at INTEGER,
  UNIQUE (community, gateway, lane, hash)
) STRICT;
CREATE INDEX dead_letter_seen ON dead_letter (last_seen);

CREATE TABLE cursor (name TEXT PRIMARY KEY, position INTEGER NOT NULL) STRICT;
`,
  `
CREATE INDEX journal_command_result ON journal (position) WHERE ${commandResultSql};
`,
  // A settled letter stays, without its payload: its number is never given again, and what it was is known.
  `
ALTER TABLE dead_letter ADD COLUMN address TEXT;
ALTER TABLE dead_letter ADD COLUMN kind TEXT;
ALTER TABLE dead_letter ADD COLUMN settled_at INTEGER;
ALTER TABLE dead_letter ADD COLUMN settled_as TEXT;
ALTER TABLE dead_letter ADD COLUMN settled_by TEXT;
ALTER TABLE dead_letter ADD COLUMN settled_because TEXT;
CREATE INDEX dead_letter_open ON dead_letter (community, id) WHERE settled_at IS NULL;
`,
];
