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

/** Accounts, sessions and audit, kept in `registry.db` as part `dashboard`, after the registry's own tables. */
export const dashboardMigrations: Migrations = [accounts + audit];
