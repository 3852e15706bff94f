import type { Migrations } from '#runtime/migrations.ts';

const accounts = `
CREATE TABLE account (
  login TEXT PRIMARY KEY, person TEXT NOT NULL REFERENCES person,
  password_hash TEXT NOT NULL, password_set_at INTEGER NOT NULL
) STRICT;
CREATE TABLE session (
  id_hash TEXT PRIMARY KEY, login TEXT NOT NULL REFERENCES account ON DELETE CASCADE,
  created_at INTEGER NOT NULL, seen_at INTEGER NOT NULL
) STRICT;
CREATE INDEX session_login ON session (login);
`;

/**
 * REPLACE removes a row without running delete triggers, so the guard also refuses an id that exists.
 */
const audit = `
CREATE TABLE audit (
  id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL,
  person TEXT, login TEXT, community TEXT, address TEXT NOT NULL,
  act TEXT NOT NULL, object TEXT, request TEXT, outcome TEXT NOT NULL
) STRICT;
CREATE INDEX audit_object ON audit (object, at);
CREATE INDEX audit_person ON audit (person, at);
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
CREATE TRIGGER audit_no_replace BEFORE INSERT ON audit
WHEN EXISTS (SELECT 1 FROM audit WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
`;

/** A session is of a login or of a wall, so its table is made anew: NOT NULL cannot be taken back in place. */
const walls = `
CREATE TABLE wall (
  id TEXT PRIMARY KEY, community TEXT NOT NULL REFERENCES community, name TEXT NOT NULL,
  enrolled_by TEXT NOT NULL, enrolled_at INTEGER NOT NULL, revoked_at INTEGER
) STRICT;
CREATE INDEX wall_community ON wall (community);
CREATE TABLE wall_code (
  code_hash TEXT PRIMARY KEY, community TEXT NOT NULL REFERENCES community, name TEXT NOT NULL,
  made_by TEXT NOT NULL, expires_at INTEGER NOT NULL
) STRICT;
CREATE TABLE pin (
  person TEXT PRIMARY KEY REFERENCES person, hash TEXT NOT NULL, set_at INTEGER NOT NULL
) STRICT;
CREATE TABLE session_of_anybody (
  id_hash TEXT PRIMARY KEY, login TEXT REFERENCES account ON DELETE CASCADE, wall TEXT REFERENCES wall,
  created_at INTEGER NOT NULL, seen_at INTEGER NOT NULL, CHECK ((login IS NULL) <> (wall IS NULL))
) STRICT;
INSERT INTO session_of_anybody (id_hash, login, created_at, seen_at)
  SELECT id_hash, login, created_at, seen_at FROM session;
DROP TABLE session;
ALTER TABLE session_of_anybody RENAME TO session;
CREATE INDEX session_login ON session (login);
CREATE INDEX session_wall ON session (wall);
ALTER TABLE audit ADD COLUMN place TEXT;
`;

const auditByTime = `
CREATE INDEX audit_community ON audit (community, at);
`;

/** Of a session from before, nobody knows which browser it is of. */
const sessionDevices = `
ALTER TABLE session ADD COLUMN browser TEXT NOT NULL DEFAULT 'other';
ALTER TABLE session ADD COLUMN system TEXT NOT NULL DEFAULT 'other';
`;

/** Accounts, walls, sessions and audit, kept in `registry.db` as part `dashboard`, after the registry's own tables. */
export const dashboardMigrations: Migrations = [accounts + audit, walls, auditByTime, sessionDevices];
