import type { DatabaseSync } from 'node:sqlite';
import type { Migrations } from '#runtime/migrations.ts';
import { networkOf } from '#runtime/network-of.ts';
import { chainEntries } from './server/audit/audit-chain.ts';

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

/**
 * A person's id names them within their community alone, and one account may be somebody in several communities. Before,
 * a person's id was unique everywhere, so that the community is known from it. An account of a person who is not there
 * was refused by the reference; one could not be.
 */
const communities = `
CREATE TABLE new_account (
  login TEXT PRIMARY KEY, password_hash TEXT NOT NULL, password_set_at INTEGER NOT NULL, last_community TEXT
) STRICT;
INSERT INTO new_account (login, password_hash, password_set_at)
  SELECT login, password_hash, password_set_at FROM account;
CREATE TABLE account_person (
  login TEXT NOT NULL REFERENCES account ON DELETE CASCADE, community TEXT NOT NULL, person TEXT NOT NULL,
  PRIMARY KEY (login, community), FOREIGN KEY (community, person) REFERENCES person
) STRICT;
INSERT INTO account_person (login, community, person)
  SELECT account.login, person.community, account.person FROM account JOIN person ON person.id = account.person;
CREATE INDEX account_person_person ON account_person (community, person);
CREATE TABLE new_pin (
  community TEXT NOT NULL, person TEXT NOT NULL, hash TEXT NOT NULL, set_at INTEGER NOT NULL,
  PRIMARY KEY (community, person), FOREIGN KEY (community, person) REFERENCES person
) STRICT;
INSERT INTO new_pin (community, person, hash, set_at)
  SELECT person.community, pin.person, pin.hash, pin.set_at FROM pin JOIN person ON person.id = pin.person;
DROP TABLE account;
ALTER TABLE new_account RENAME TO account;
DROP TABLE pin;
ALTER TABLE new_pin RENAME TO pin;
ALTER TABLE session ADD COLUMN community TEXT;
UPDATE session SET community = (SELECT community FROM account_person WHERE login = session.login)
  WHERE login IS NOT NULL;
DROP INDEX audit_object;
CREATE INDEX audit_object ON audit (community, object, at);
DROP INDEX audit_person;
CREATE INDEX audit_person ON audit (community, person, at);
`;

// Set by the file itself, so that no way of ending a person can forget it. Their account stays, for its login is theirs.
const ended = `
CREATE TRIGGER person_ended AFTER UPDATE OF enabled ON person WHEN NEW.enabled = 0 AND OLD.enabled <> 0
BEGIN
  DELETE FROM session WHERE (community = NEW.community OR community IS NULL) AND login IN
    (SELECT login FROM account_person WHERE community = NEW.community AND person = NEW.id);
  DELETE FROM pin WHERE community = NEW.community AND person = NEW.id;
END;
`;

const sessionPages = `
ALTER TABLE session ADD COLUMN page_seen_at INTEGER;
`;

/** Sign-ins are few among looks, and each start asks for them. */
const signIns = `
CREATE INDEX audit_sign_ins ON audit (id) WHERE act = 'sign-in' AND outcome = 'done';
`;

/** People's actions have one name; triggers and the partial index follow the column. */
const auditActions = `
ALTER TABLE audit RENAME COLUMN act TO action;
`;

/**
 * What one dashboard knows and another must know too: how each wall was last heard, and who acts at one. `acting_token`
 * keeps the hash alone, and the one action that its token was used for.
 */
const sharedByDashboards = `
CREATE TABLE wall_sign (
  wall TEXT PRIMARY KEY REFERENCES wall, heard_at INTEGER NOT NULL, sound TEXT NOT NULL
) STRICT;
CREATE TABLE acting_token (
  token_hash TEXT PRIMARY KEY, wall TEXT NOT NULL REFERENCES wall, person TEXT NOT NULL,
  expires_at INTEGER NOT NULL, action TEXT
) STRICT;
`;

/** Sign-ins in the audit log of before that are taken over, the newest. */
const maxSignInsRead = 20_000;

/** Who guessed wrong, and who signed in from where, at whichever dashboard. */
const sharedGuesses = (db: DatabaseSync) => {
  db.exec(`
CREATE TABLE guess (key TEXT PRIMARY KEY, count INTEGER NOT NULL, last_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX guess_last_at ON guess (last_at);
CREATE TABLE known_network (
  network TEXT NOT NULL, login TEXT NOT NULL REFERENCES account ON DELETE CASCADE, used_at INTEGER NOT NULL,
  PRIMARY KEY (network, login)
) STRICT, WITHOUT ROWID;
CREATE INDEX known_network_used_at ON known_network (used_at);
`);
  const signIns = db
    .prepare(
      `SELECT login, address, at FROM audit WHERE action = 'sign-in' AND outcome = 'done'
       AND login IN (SELECT login FROM account) ORDER BY id DESC LIMIT ?`,
    )
    .all(maxSignInsRead);
  const add = db.prepare('INSERT OR IGNORE INTO known_network VALUES (?, ?, ?)');
  for (const { login = null, address, at = null } of signIns) add.run(networkOf(String(address)), login, at);
};

/** The entries from before are chained as they stand, for which they may be changed this once. */
const chainedAudit = (db: DatabaseSync) => {
  db.exec("ALTER TABLE audit ADD COLUMN hash TEXT NOT NULL DEFAULT ''; DROP TRIGGER audit_no_update;");
  chainEntries(db);
  db.exec(`
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
CREATE TRIGGER audit_chained BEFORE INSERT ON audit WHEN length(NEW.hash) <> 64
BEGIN SELECT RAISE(ABORT, 'an audit entry needs its hash'); END;
`);
};

/** Accounts, walls, sessions and audit, kept in `registry.db` as part `dashboard`, after the registry's own tables. */
export const dashboardMigrations: Migrations = [
  accounts + audit,
  walls,
  auditByTime,
  sessionDevices,
  communities,
  ended,
  sessionPages,
  signIns,
  auditActions,
  sharedByDashboards,
  chainedAudit,
  sharedGuesses,
];
