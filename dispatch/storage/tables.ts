import type { Kysely } from 'kysely';
import type { CommandAction, CommandState } from '#contracts/command.ts';
import type { WallReport } from '#contracts/dispatch-api.ts';
import type { AssignmentState } from '#contracts/facts/assignments.ts';
import type { IncidentKind } from '#contracts/facts/incident-kinds.ts';
import type { Level } from '#contracts/facts/levels.ts';
import { logNames } from '#contracts/facts/logs.ts';
import type {
  Incident,
  IncidentState,
  NotificationView,
  Outcome,
  TimelineType,
} from '#contracts/incident.ts';
import type { LogWriter } from '#eventlog/event-log.ts';
import { openLogWriter } from '#eventlog/sqlite/sqlite-log.ts';
import { createKysely } from '#runtime/kysely-sqlite.ts';
import { migrate, requireMigrated } from '#runtime/migrations.ts';
import { openSqlite } from '#runtime/sqlite.ts';
import type { NotificationState } from '../channels/notification-lifecycle.ts';
import { incidentMigrations, incidentPart } from './migrations.ts';

/** An incident's row; booleans are 0 or 1, times epoch ms. */
export interface IncidentRow {
  id: string;
  number: string;
  community: string;
  state: IncidentState;
  /** Orders the open ones: unanswered before new before acknowledged, then worse levels first. */
  rank: number;
  level: Level;
  kind: IncidentKind;
  life_safety: number;
  late: number;
  drill: number;
  /** What it is about was said by another gateway than the device's own. */
  said_by_other: number;
  source: Incident['source'];
  /** Alarms with the same key attach while it is open. */
  attach_key: string;
  building: string | null;
  unit: string | null;
  dwelling: string | null;
  label: string;
  attention: number;
  attention_at: number;
  alarm_count: number;
  /** The devices it is about where it is about several, as JSON. */
  members: string | null;
  /** How many of the alarms may be the one before sent again. */
  possible_repeats: number;
  summary_zh: string;
  summary_en: string;
  call_back: string | null;
  opened_at: number;
  last_alarm_at: number;
  acknowledged_at: number | null;
  acknowledged_by: string | null;
  resolved_at: number | null;
  outcome: Outcome | null;
  /** Since when all were notified and nobody has answered; null where somebody has, or steps are left. */
  unanswered_since: number | null;
  /** When it is opened again, resolved while a device still says it; null where nothing holds. */
  reopen_at: number | null;
  /** How often a relative's call held its next step. */
  holds: number;
  timeline_length: number;
  version: number;
}

/** An entry of a timeline; `subject` is the device, or its address. */
export interface TimelineRow {
  incident: string;
  sequence: number;
  at: number;
  type: TimelineType;
  actor: string | null;
  words_zh: string;
  words_en: string;
  level: Level | null;
  kind: IncidentKind | null;
  warning: string | null;
  record: string | null;
  origin: string | null;
  observed_at: number | null;
  subject: string | null;
  captured_at: number | null;
  possible_repeat: number;
  said_by_other: number;
}

/** A message to one person of one step. */
export interface NotificationRow {
  id: string;
  incident: string;
  attention: number;
  step: number;
  insistence: number;
  person: string;
  /** Name of a channel of `channels/all.ts`, now or once. */
  channel: string;
  state: NotificationState;
  about: NotificationView['about'];
  /** The assignment a message is about. */
  assignment: string | null;
  possible_repeat: number;
  attempts: number;
  next_try_at: number;
  reason: string | null;
  created_at: number;
  changed_at: number;
}

/** A person sent to an incident; `attention` is the incident's when the assignment was made. */
export interface AssignmentRow {
  id: string;
  incident: string;
  person: string;
  person_name: string;
  state: AssignmentState;
  attention: number;
  assigned_at: number;
  changed_at: number;
  /** Until when an answer is expected; null after it came, or after the re-alert because it did not. */
  answer_due_at: number | null;
  /** What it was when its incident was resolved, to be given back by opening that again; null where it had ended. */
  held_state: AssignmentState | null;
  /** The time that was left to answer then, in ms. */
  held_answer_ms: number | null;
}

/** What was last reported of a community's walls. */
export interface WallWatchRow {
  community: string;
  enrolled: number;
  /** Last moment that counts as watched: reports that begin, or resume after a gap, count from their first. */
  watched_at: number;
  reported_at: number;
  /** Why no wall is watched; null where one is. */
  because: WallReport['communities'][number]['because'] | null;
  /** The incident `nobody-at-wall`, as long as the absence lasts. */
  incident: string | null;
}

/** A command to a device; `answered` where the gateway reported its result, not our timeout. */
export interface CommandRow {
  id: string;
  community: string;
  gateway: string;
  session: string;
  device: string;
  address: string;
  action: CommandAction;
  actor: string;
  actor_name: string;
  reason: string;
  state: CommandState;
  because: string | null;
  answered: number;
  issued_at: number;
  ttl_ms: number;
  changed_at: number;
  version: number;
}

/** Tables of `incidents.db` as Kysely sees them. */
export interface DispatchTables {
  cursor: { name: string; position: number };
  day_counter: { community: string; day: string; last: number };
  incident: IncidentRow;
  incident_warning: {
    incident: string;
    warning: string;
    kind: string;
    source: string;
    resident: string | null;
    /** Id of the registry; null where it knows none. */
    device: string | null;
    active: number;
    /** Only late alarms are known of it. */
    late: number;
    /** The device's own gateway said it, and not late: what alone holds on after people have closed it. */
    own_now: number;
    /** Its device was removed from the registry: nobody can report its end. */
    taken_out: number;
  };
  /** Of which device and kind an incident is; `first_captured_at` is null where all its alarms of them were late. */
  incident_source: { subject: string; kind: string; incident: string; first_captured_at: number | null };
  /** Incidents that name each other, a row each way. */
  incident_link: { incident: string; other: string };
  timeline: TimelineRow;
  assignment: AssignmentRow;
  /** `held_until`: a relative's call holds the next step until then. */
  escalation: { incident: string; step: number; due_at: number; held_until: number | null };
  notification: NotificationRow;
  wall_watch: WallWatchRow;
  command: CommandRow;
  request: { community: string; id: string; at: number; fingerprint: string; answer: string };
  dead_letter: { sequence: number; at: number; entry: string; reason: string };
}

/** `incidents.db` as its one writer holds it: its tables, and the incident log, written on the same connection. */
export interface IncidentTables {
  /** Destroying it closes the file. */
  db: Kysely<DispatchTables>;
  log: LogWriter;
}

/** Opens `incidents.db` for writing, brought to the newest version; dispatch alone does. */
export function openIncidentTables(file: string): IncidentTables {
  const sqlite = openSqlite(file);
  migrate(sqlite, incidentPart, incidentMigrations);
  return { db: createKysely<DispatchTables>(sqlite), log: openLogWriter(sqlite, logNames.incidents) };
}

/**
 * Opens `incidents.db` for reading, on a connection of its own.
 *
 * @throws {RuntimeError} `DATABASE_NOT_MIGRATED` where the file is of another version.
 */
export function openIncidentTablesToRead(file: string): Kysely<DispatchTables> {
  const sqlite = openSqlite(file, { readOnly: true });
  try {
    requireMigrated(sqlite, incidentPart, incidentMigrations);
  } catch (error) {
    sqlite.close();
    throw error;
  }
  return createKysely<DispatchTables>(sqlite, 'read');
}
