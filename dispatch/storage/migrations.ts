import { createLogTable } from '#eventlog/sqlite/log-table.ts';
import type { Migrations } from '#runtime/migrations.ts';
import { foldNobodyReached } from './fold-nobody-reached.ts';

/** Names dispatch's tables in `incidents.db` for `migrate` and `requireMigrated`. */
export const incidentPart = 'dispatch';

const tables = `
CREATE TABLE cursor (
  name TEXT PRIMARY KEY, sequence INTEGER NOT NULL
) STRICT;
CREATE TABLE day_counter (
  community TEXT NOT NULL, day TEXT NOT NULL, last INTEGER NOT NULL, PRIMARY KEY (community, day)
) STRICT;
CREATE TABLE incident (
  id TEXT PRIMARY KEY, number TEXT NOT NULL, community TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('new', 'acknowledged', 'resolved')),
  rank INTEGER NOT NULL, level TEXT NOT NULL, kind TEXT NOT NULL,
  life_safety INTEGER NOT NULL, late INTEGER NOT NULL, drill INTEGER NOT NULL,
  source TEXT NOT NULL CHECK (source IN ('warning', 'desk', 'platform')),
  attach_key TEXT NOT NULL,
  building TEXT, unit TEXT, dwelling TEXT, label TEXT NOT NULL,
  attention INTEGER NOT NULL, attention_at INTEGER NOT NULL, alarm_count INTEGER NOT NULL,
  summary_zh TEXT NOT NULL, summary_en TEXT NOT NULL, call_back TEXT,
  opened_at INTEGER NOT NULL, last_alarm_at INTEGER NOT NULL,
  acknowledged_at INTEGER, acknowledged_by TEXT, resolved_at INTEGER, outcome TEXT,
  unreached_incident TEXT, timeline_length INTEGER NOT NULL, version INTEGER NOT NULL,
  UNIQUE (community, number)
) STRICT;
CREATE INDEX incident_worst_first ON incident (community, rank, attention_at) WHERE state <> 'resolved';
CREATE INDEX incident_resolved ON incident (community, resolved_at) WHERE state = 'resolved';
CREATE INDEX incident_attach ON incident (community, attach_key, opened_at) WHERE state <> 'resolved';
CREATE TABLE incident_warning (
  incident TEXT NOT NULL REFERENCES incident, warning TEXT NOT NULL,
  kind TEXT NOT NULL, source TEXT NOT NULL, resident TEXT, active INTEGER NOT NULL,
  PRIMARY KEY (incident, warning)
) STRICT, WITHOUT ROWID;
CREATE INDEX incident_warning_warning ON incident_warning (warning);
CREATE TABLE timeline (
  incident TEXT NOT NULL REFERENCES incident, sequence INTEGER NOT NULL,
  at INTEGER NOT NULL, type TEXT NOT NULL, actor TEXT,
  words_zh TEXT NOT NULL, words_en TEXT NOT NULL,
  level TEXT, kind TEXT, warning TEXT, record TEXT, origin TEXT, observed_at INTEGER,
  subject TEXT, captured_at INTEGER,
  PRIMARY KEY (incident, sequence)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX timeline_record ON timeline (record) WHERE record IS NOT NULL;
CREATE INDEX timeline_subject ON timeline (subject, kind, captured_at) WHERE type = 'alarm';
CREATE TABLE incident_change (
  change INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL,
  incident TEXT NOT NULL REFERENCES incident, community TEXT NOT NULL,
  transition TEXT NOT NULL, warnings TEXT NOT NULL, actor TEXT, outcome TEXT,
  kind TEXT NOT NULL, level TEXT NOT NULL, drill INTEGER NOT NULL
) STRICT;
CREATE TABLE assignment (
  id TEXT PRIMARY KEY, incident TEXT NOT NULL REFERENCES incident,
  person TEXT NOT NULL, person_name TEXT NOT NULL, state TEXT NOT NULL,
  attention INTEGER NOT NULL, assigned_at INTEGER NOT NULL, changed_at INTEGER NOT NULL
) STRICT;
CREATE INDEX assignment_incident ON assignment (incident);
CREATE TABLE escalation (
  incident TEXT PRIMARY KEY REFERENCES incident,
  step INTEGER NOT NULL, due_at INTEGER NOT NULL
) STRICT;
CREATE INDEX escalation_due ON escalation (due_at);
CREATE TABLE notification (
  id TEXT PRIMARY KEY, incident TEXT NOT NULL REFERENCES incident,
  attention INTEGER NOT NULL, step INTEGER NOT NULL, insistence INTEGER NOT NULL,
  person TEXT NOT NULL, channel TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('pending', 'sent', 'delivered', 'read', 'failed')),
  possible_repeat INTEGER NOT NULL, attempts INTEGER NOT NULL, next_try_at INTEGER NOT NULL,
  reason TEXT, created_at INTEGER NOT NULL, changed_at INTEGER NOT NULL,
  UNIQUE (incident, attention, step, person, channel)
) STRICT;
CREATE INDEX notification_pending ON notification (next_try_at) WHERE state = 'pending';
CREATE INDEX notification_untaken ON notification (person) WHERE state IN ('pending', 'sent');
CREATE TABLE request (
  id TEXT PRIMARY KEY, at INTEGER NOT NULL, fingerprint TEXT NOT NULL, answer TEXT NOT NULL
) STRICT;
CREATE INDEX request_at ON request (at);
CREATE TABLE set_aside_line (
  sequence INTEGER PRIMARY KEY, at INTEGER NOT NULL, line TEXT NOT NULL, reason TEXT NOT NULL
) STRICT;
`;

const commands = `
CREATE TABLE command (
  id TEXT PRIMARY KEY, community TEXT NOT NULL, gateway TEXT NOT NULL, session TEXT NOT NULL,
  device TEXT NOT NULL, address TEXT NOT NULL, action TEXT NOT NULL,
  actor TEXT NOT NULL, actor_name TEXT NOT NULL, reason TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('sent', 'received', 'done', 'failed', 'expired', 'unknown')),
  because TEXT, answered INTEGER NOT NULL,
  issued_at INTEGER NOT NULL, ttl_ms INTEGER NOT NULL, changed_at INTEGER NOT NULL, version INTEGER NOT NULL
) STRICT;
CREATE INDEX command_newest ON command (community, issued_at);
CREATE INDEX command_waiting ON command (issued_at) WHERE state IN ('sent', 'received');
`;

// A check of a column is widened by another column in its place: the table is referred to and cannot be dropped.
const people = `
ALTER TABLE incident ADD COLUMN opened_by TEXT NOT NULL DEFAULT 'platform'
  CHECK (opened_by IN ('warning', 'desk', 'platform', 'family'));
UPDATE incident SET opened_by = source;
ALTER TABLE incident DROP COLUMN source;
ALTER TABLE incident RENAME COLUMN opened_by TO source;
ALTER TABLE incident ADD COLUMN holds INTEGER NOT NULL DEFAULT 0;
ALTER TABLE escalation ADD COLUMN held_until INTEGER;
ALTER TABLE assignment ADD COLUMN answer_due_at INTEGER;
CREATE INDEX assignment_unanswered ON assignment (answer_due_at) WHERE answer_due_at IS NOT NULL;
CREATE TABLE message (
  id TEXT PRIMARY KEY, incident TEXT NOT NULL REFERENCES incident,
  attention INTEGER NOT NULL, step INTEGER NOT NULL, insistence INTEGER NOT NULL,
  person TEXT NOT NULL, channel TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('pending', 'sent', 'delivered', 'read', 'failed')),
  about TEXT NOT NULL CHECK (about IN ('alarm', 'assignment')),
  assignment TEXT REFERENCES assignment,
  possible_repeat INTEGER NOT NULL, attempts INTEGER NOT NULL, next_try_at INTEGER NOT NULL,
  reason TEXT, created_at INTEGER NOT NULL, changed_at INTEGER NOT NULL,
  CHECK ((about = 'assignment') = (assignment IS NOT NULL))
) STRICT;
INSERT INTO message
  SELECT id, incident, attention, step, insistence, person, channel, state, 'alarm', NULL,
    possible_repeat, attempts, next_try_at, reason, created_at, changed_at
  FROM notification;
DROP TABLE notification;
ALTER TABLE message RENAME TO notification;
CREATE UNIQUE INDEX notification_of_step ON notification (incident, attention, step, person, channel)
  WHERE about = 'alarm';
CREATE UNIQUE INDEX notification_of_assignment ON notification (assignment, channel)
  WHERE about = 'assignment';
CREATE INDEX notification_pending ON notification (next_try_at) WHERE state = 'pending';
CREATE INDEX notification_untaken ON notification (person) WHERE state IN ('pending', 'sent');
CREATE INDEX notification_reached ON notification (incident, attention);
CREATE INDEX notification_person ON notification (person, incident);
CREATE INDEX assignment_person ON assignment (person, incident);
CREATE INDEX incident_dwelling ON incident (dwelling, opened_at) WHERE dwelling IS NOT NULL;
CREATE TABLE wall_watch (
  community TEXT PRIMARY KEY, enrolled INTEGER NOT NULL,
  watched_at INTEGER NOT NULL, reported_at INTEGER NOT NULL,
  because TEXT CHECK (because IN ('away', 'sound-blocked', 'sound-unconfirmed')),
  incident TEXT REFERENCES incident
) STRICT;
`;

const responses = `
ALTER TABLE incident_change ADD COLUMN building TEXT;
ALTER TABLE incident_change ADD COLUMN response_ms INTEGER;
`;

const possibleRepeats = `
ALTER TABLE incident ADD COLUMN possible_repeats INTEGER NOT NULL DEFAULT 0;
ALTER TABLE timeline ADD COLUMN possible_repeat INTEGER NOT NULL DEFAULT 0;
`;

const holding = `
ALTER TABLE incident ADD COLUMN reopen_at INTEGER;
CREATE INDEX incident_reopen ON incident (reopen_at) WHERE reopen_at IS NOT NULL;
ALTER TABLE incident_warning ADD COLUMN device TEXT;
`;

const members = `
ALTER TABLE incident ADD COLUMN members TEXT;
`;

const undo = `
ALTER TABLE assignment ADD COLUMN held_state TEXT;
ALTER TABLE assignment ADD COLUMN held_answer_ms INTEGER;
`;

const lateAlarms = `
ALTER TABLE incident_warning ADD COLUMN late INTEGER NOT NULL DEFAULT 0;
UPDATE incident_warning SET late = 1 WHERE incident IN (SELECT id FROM incident WHERE late = 1);
CREATE TABLE incident_source (
  subject TEXT NOT NULL, kind TEXT NOT NULL, incident TEXT NOT NULL REFERENCES incident,
  first_captured_at INTEGER, PRIMARY KEY (subject, kind, incident)
) STRICT, WITHOUT ROWID;
INSERT INTO incident_source
  SELECT subject, kind, incident, min(captured_at) FROM timeline
  WHERE type = 'alarm' AND subject IS NOT NULL AND kind IS NOT NULL GROUP BY subject, kind, incident;
UPDATE incident_source SET first_captured_at = NULL WHERE incident IN (SELECT id FROM incident WHERE late = 1);
DROP INDEX timeline_subject;
CREATE INDEX timeline_closing ON timeline (incident, sequence) WHERE type IN ('resolved', 'reopened');
CREATE TABLE incident_link (
  incident TEXT NOT NULL REFERENCES incident, other TEXT NOT NULL REFERENCES incident,
  PRIMARY KEY (incident, other)
) STRICT, WITHOUT ROWID;
`;

// Each channel looks for its own.
const channels = `
DROP INDEX notification_pending;
CREATE INDEX notification_pending ON notification (channel, next_try_at) WHERE state = 'pending';
`;

const otherGateways = `
ALTER TABLE incident ADD COLUMN said_by_other INTEGER NOT NULL DEFAULT 0;
ALTER TABLE timeline ADD COLUMN said_by_other INTEGER NOT NULL DEFAULT 0;
`;

// Of a request that was answered before, the community is that of its incident; answers are kept for a day.
const communitiesApart = `
CREATE TABLE new_request (
  community TEXT NOT NULL, id TEXT NOT NULL, at INTEGER NOT NULL, fingerprint TEXT NOT NULL, answer TEXT NOT NULL,
  PRIMARY KEY (community, id)
) STRICT;
INSERT INTO new_request (community, id, at, fingerprint, answer)
  SELECT coalesce(
      (SELECT community FROM incident WHERE incident.id = answer ->> '$.incident'),
      (SELECT community FROM command WHERE command.id = answer ->> '$.command'), ''),
    id, at, fingerprint, answer FROM request;
DROP TABLE request;
ALTER TABLE new_request RENAME TO request;
CREATE INDEX request_at ON request (at);
DROP INDEX incident_dwelling;
CREATE INDEX incident_dwelling ON incident (community, dwelling, opened_at) WHERE dwelling IS NOT NULL;
`;

// One whose alarms stand on no timeline line any more is taken for its device's own.
const ownWord = `
ALTER TABLE incident_warning ADD COLUMN own_now INTEGER NOT NULL DEFAULT 1;
UPDATE incident_warning SET own_now = 0 WHERE late = 1 OR (
  EXISTS (SELECT 1 FROM timeline WHERE timeline.incident = incident_warning.incident
    AND timeline.warning = incident_warning.warning AND timeline.type = 'alarm' AND timeline.said_by_other = 1)
  AND NOT EXISTS (SELECT 1 FROM timeline WHERE timeline.incident = incident_warning.incident
    AND timeline.warning = incident_warning.warning AND timeline.type = 'alarm' AND timeline.said_by_other = 0));
`;

const takenOut = `
ALTER TABLE incident_warning ADD COLUMN taken_out INTEGER NOT NULL DEFAULT 0;
`;

// With the time in it, the planner takes the index without being told to.
const deadLetters = `
DROP INDEX timeline_closing;
CREATE INDEX timeline_closing ON timeline (incident, at) WHERE type IN ('resolved', 'reopened');
ALTER TABLE set_aside_line RENAME TO dead_letter;
ALTER TABLE dead_letter RENAME COLUMN line TO entry;
`;

// Entries of the log hold what was a row; members that are null are left out of them.
const incidentLog = `
${createLogTable('incident_log')}
INSERT INTO incident_log (last, records, at, head)
  SELECT change, 1, at, json_patch('{}', json_object('at', at, 'incident', incident, 'community', community,
    'transition', transition, 'warnings', json(warnings), 'actor', actor, 'outcome', outcome, 'kind', kind,
    'level', level, 'drill', json(CASE drill WHEN 1 THEN 'true' ELSE 'false' END), 'building', building,
    'responseMs', response_ms))
  FROM incident_change;
DROP TABLE incident_change;
ALTER TABLE cursor RENAME COLUMN sequence TO position;
`;

// Every alarm asks whether its device holds a resolved incident: found among those alone, not among all there ever were.
const heldIncidents = `
CREATE INDEX incident_held ON incident (community, resolved_at) WHERE reopen_at IS NOT NULL;
`;

/** Tables of `incidents.db`, which dispatch alone writes. */
export const incidentMigrations: Migrations = [
  tables,
  commands,
  people,
  responses,
  possibleRepeats,
  holding,
  members,
  foldNobodyReached,
  undo,
  lateAlarms,
  channels,
  otherGateways,
  communitiesApart,
  ownWord,
  takenOut,
  deadLetters,
  incidentLog,
  heldIncidents,
];
