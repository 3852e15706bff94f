import type { Migrations } from '#runtime/migrations.ts';

/** The kinds that were shown of the gates when the log of them was an index of the journal. */
const indexedGateKinds = `kind IN ('access-granted', 'access-denied', 'access-failures', 'door-forced', 'door-held-open',
  'door-opened', 'door-closed', 'exit-button', 'always-open', 'always-closed', 'tailgating', 'doorbell', 'tamper',
  'duress', 'fire-release')`;
const indexedCommandResults = "kind = 'command-result'";

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
CREATE INDEX journal_gate ON journal (position) WHERE ${indexedGateKinds};

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
CREATE INDEX journal_command_result ON journal (position) WHERE ${indexedCommandResults};
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
  // What each sender has in each room, kept by the database itself, so that it rolls back with what it counts.
  `
ALTER TABLE dead_letter ADD COLUMN room TEXT NOT NULL DEFAULT 'alarm';
UPDATE dead_letter SET room = 'telemetry' WHERE lane <> 'alarm' AND raised_at IS NULL;
DROP INDEX dead_letter_seen;
CREATE INDEX dead_letter_oldest ON dead_letter (room, community, gateway, last_seen, id);
CREATE INDEX dead_letter_settled ON dead_letter (room, last_seen, id) WHERE settled_at IS NOT NULL;
CREATE TABLE dead_letter_share (
  room TEXT NOT NULL,
  community TEXT NOT NULL,
  gateway TEXT NOT NULL,
  letters INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  PRIMARY KEY (room, community, gateway)
) STRICT, WITHOUT ROWID;
INSERT INTO dead_letter_share
  SELECT room, community, gateway, count(*), sum(length(payload)) FROM dead_letter GROUP BY room, community, gateway;
CREATE TRIGGER dead_letter_added AFTER INSERT ON dead_letter BEGIN
  INSERT INTO dead_letter_share VALUES (NEW.room, NEW.community, NEW.gateway, 1, length(NEW.payload))
    ON CONFLICT DO UPDATE SET letters = letters + 1, bytes = bytes + excluded.bytes;
END;
CREATE TRIGGER dead_letter_changed AFTER UPDATE OF payload ON dead_letter BEGIN
  UPDATE dead_letter_share SET bytes = bytes + length(NEW.payload) - length(OLD.payload)
    WHERE room = NEW.room AND community = NEW.community AND gateway = NEW.gateway;
END;
CREATE TRIGGER dead_letter_gone AFTER DELETE ON dead_letter BEGIN
  UPDATE dead_letter_share SET letters = letters - 1, bytes = bytes - length(OLD.payload)
    WHERE room = OLD.room AND community = OLD.community AND gateway = OLD.gateway;
  DELETE FROM dead_letter_share
    WHERE room = OLD.room AND community = OLD.community AND gateway = OLD.gateway AND letters = 0;
END;
`,
  // The journal is a log of eventlog/: an entry is a message and may hold several records. What others asked of it by
  // SQL are tables of their own.
  `
CREATE TABLE gate_passage (
  position INTEGER PRIMARY KEY,
  community TEXT NOT NULL,
  received_at INTEGER NOT NULL,
  device TEXT NOT NULL,
  kind TEXT NOT NULL,
  active INTEGER NOT NULL,
  captured_at INTEGER NOT NULL,
  late INTEGER NOT NULL,
  means TEXT,
  code TEXT
) STRICT;
CREATE INDEX gate_passage_community ON gate_passage (community, position);
INSERT INTO gate_passage
  SELECT position, entry ->> '$.community', received_at, device, kind, coalesce(entry ->> '$.body.active', 1),
    entry ->> '$.capturedAt', entry ->> '$.late', entry ->> '$.body.credential.means', entry ->> '$.body.code'
  FROM journal WHERE ${indexedGateKinds} AND entry ->> '$.saidByOther' IS NULL;
CREATE TABLE command_result (
  position INTEGER PRIMARY KEY,
  received_at INTEGER NOT NULL,
  community TEXT NOT NULL,
  gateway TEXT NOT NULL,
  device TEXT NOT NULL,
  command TEXT NOT NULL,
  result TEXT NOT NULL,
  reason TEXT
) STRICT;
INSERT INTO command_result
  SELECT position, received_at, entry ->> '$.community', entry ->> '$.gateway', device, entry ->> '$.body.command',
    entry ->> '$.body.result', entry ->> '$.body.reason'
  FROM journal WHERE ${indexedCommandResults};
DROP INDEX journal_gate;
DROP INDEX journal_command_result;
ALTER TABLE journal DROP COLUMN class;
ALTER TABLE journal DROP COLUMN kind;
ALTER TABLE journal DROP COLUMN device;
ALTER TABLE journal RENAME COLUMN position TO last;
ALTER TABLE journal RENAME COLUMN received_at TO at;
ALTER TABLE journal RENAME COLUMN entry TO head;
ALTER TABLE journal ADD COLUMN records INTEGER NOT NULL DEFAULT 1;
ALTER TABLE journal ADD COLUMN body BLOB;
ALTER TABLE journal ADD COLUMN redacted TEXT;
`,
];
