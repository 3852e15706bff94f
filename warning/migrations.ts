import type { Migrations } from '#runtime/migrations.ts';

/**
 * Every key that a rule kept begins with its gateway's, and so with the community, but for inactivity: there a resident
 * is the key, and the gateways of their devices are in the state. One of a resident without a device counts nothing.
 */
const stateKeys = `
INSERT INTO new_rule_state (community, rule, key, state)
  SELECT substr(named, 1, instr(named, '/') - 1), rule, key, state FROM (
    SELECT rule, key, state, CASE rule
      WHEN 'inactivity' THEN coalesce(state ->> '$.deadline.gateway',
        (SELECT since.key FROM json_each(rule_state.state, '$.state.since') since LIMIT 1))
      ELSE key END AS named
    FROM rule_state
  ) WHERE instr(named, '/') > 1;
`;

/** Tables of warning.db; `line`, `body`, `state` and `latest` hold JSON. */
export const warningMigrations: Migrations = [
  `
CREATE TABLE engine (
  id INTEGER PRIMARY KEY CHECK (id = 1), cursor INTEGER NOT NULL, sequence INTEGER NOT NULL,
  revision INTEGER NOT NULL, clock TEXT NOT NULL
) STRICT;
INSERT INTO engine VALUES (1, 0, 0, 0, '{"ms":0,"listening":false}');
CREATE TABLE warning_log (
  sequence INTEGER PRIMARY KEY, warning TEXT NOT NULL, transition TEXT NOT NULL, subject TEXT NOT NULL,
  kind TEXT NOT NULL, key TEXT NOT NULL, captured_at INTEGER, record TEXT, line TEXT NOT NULL
) STRICT;
CREATE INDEX warning_log_alarm ON warning_log (subject, kind, captured_at)
  WHERE transition IN ('raised', 'repeated');
CREATE UNIQUE INDEX warning_log_record ON warning_log (record) WHERE transition IN ('raised', 'repeated');
CREATE TABLE warning (
  id TEXT PRIMARY KEY, active INTEGER NOT NULL, body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX warning_active ON warning (active) WHERE active = 1;
CREATE TABLE rule_state (
  rule TEXT NOT NULL, key TEXT NOT NULL, state TEXT NOT NULL, PRIMARY KEY (rule, key)
) STRICT, WITHOUT ROWID;
CREATE TABLE gateway_state (
  community TEXT NOT NULL, gateway TEXT NOT NULL, state TEXT NOT NULL, heard_at INTEGER,
  body TEXT NOT NULL, PRIMARY KEY (community, gateway)
) STRICT, WITHOUT ROWID;
CREATE TABLE device_state (
  id INTEGER PRIMARY KEY, device TEXT NOT NULL UNIQUE, community TEXT NOT NULL, gateway TEXT NOT NULL,
  state TEXT NOT NULL, heard_at INTEGER, heard_clock INTEGER, expired INTEGER NOT NULL,
  latest TEXT NOT NULL, revision INTEGER NOT NULL
) STRICT;
CREATE INDEX device_state_revision ON device_state (community, revision);
`,
  // No alarm is looked for by its nearness in time any more.
  `
DROP INDEX warning_log_alarm;
`,
  `
CREATE TABLE new_rule_state (
  community TEXT NOT NULL, rule TEXT NOT NULL, key TEXT NOT NULL, state TEXT NOT NULL,
  PRIMARY KEY (community, rule, key)
) STRICT, WITHOUT ROWID;
${stateKeys}
DROP TABLE rule_state;
ALTER TABLE new_rule_state RENAME TO rule_state;
CREATE TABLE new_device_state (
  id INTEGER PRIMARY KEY, device TEXT NOT NULL, community TEXT NOT NULL, gateway TEXT NOT NULL,
  state TEXT NOT NULL, heard_at INTEGER, heard_clock INTEGER, expired INTEGER NOT NULL,
  latest TEXT NOT NULL, revision INTEGER NOT NULL, UNIQUE (community, device)
) STRICT;
INSERT INTO new_device_state
    (id, device, community, gateway, state, heard_at, heard_clock, expired, latest, revision)
  SELECT id, device, community, gateway, state, heard_at, heard_clock, expired, latest, revision
  FROM device_state;
DROP TABLE device_state;
ALTER TABLE new_device_state RENAME TO device_state;
CREATE INDEX device_state_revision ON device_state (community, revision);
`,
  // The origin of an alarm that the device's own gateway said.
  `
ALTER TABLE warning_log ADD COLUMN own_origin TEXT;
CREATE INDEX warning_log_own_origin ON warning_log (subject, own_origin) WHERE own_origin IS NOT NULL;
`,
  // The warning log is a log of eventlog/; what the engine asks of it are tables of their own.
  `
CREATE TABLE alarm_record (record TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
INSERT INTO alarm_record
  SELECT record FROM warning_log WHERE record IS NOT NULL AND transition IN ('raised', 'repeated');
CREATE TABLE own_alarm (
  subject TEXT NOT NULL, origin TEXT NOT NULL, kind TEXT NOT NULL, community TEXT NOT NULL,
  captured_at INTEGER NOT NULL, PRIMARY KEY (subject, origin, kind, community, captured_at)
) STRICT, WITHOUT ROWID;
INSERT OR IGNORE INTO own_alarm
  SELECT subject, own_origin, kind, line ->> '$.community', captured_at FROM warning_log
  WHERE own_origin IS NOT NULL AND captured_at IS NOT NULL;
DROP INDEX warning_log_record;
DROP INDEX warning_log_own_origin;
ALTER TABLE warning_log DROP COLUMN warning;
ALTER TABLE warning_log DROP COLUMN transition;
ALTER TABLE warning_log DROP COLUMN subject;
ALTER TABLE warning_log DROP COLUMN kind;
ALTER TABLE warning_log DROP COLUMN key;
ALTER TABLE warning_log DROP COLUMN captured_at;
ALTER TABLE warning_log DROP COLUMN record;
ALTER TABLE warning_log DROP COLUMN own_origin;
ALTER TABLE warning_log RENAME COLUMN sequence TO last;
ALTER TABLE warning_log RENAME COLUMN line TO head;
ALTER TABLE warning_log ADD COLUMN records INTEGER NOT NULL DEFAULT 1;
ALTER TABLE warning_log ADD COLUMN at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE warning_log ADD COLUMN body BLOB;
ALTER TABLE warning_log ADD COLUMN redacted TEXT;
UPDATE warning_log SET at = head ->> '$.at';
`,
  // One record may raise warnings of several rules. A record from before counts for every rule, and raises nothing again.
  `
CREATE TABLE new_alarm_record (
  record TEXT NOT NULL, rule TEXT NOT NULL, PRIMARY KEY (record, rule)
) STRICT, WITHOUT ROWID;
INSERT INTO new_alarm_record SELECT record, '' FROM alarm_record;
DROP TABLE alarm_record;
ALTER TABLE new_alarm_record RENAME TO alarm_record;
`,
];
