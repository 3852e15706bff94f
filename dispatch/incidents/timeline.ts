import type { Insertable, Kysely } from 'kysely';
import type { IncidentKind } from '#contracts/facts/incident-kinds.ts';
import { type Level, levels } from '#contracts/facts/levels.ts';
import { incidentStates, type Outcome, type TimelineType } from '#contracts/incident.ts';
import { columnsOf, createCompiledQuery } from '#runtime/compiled-query.ts';
import { changeColumns, changingColumns, timelineColumns } from '../storage/columns.ts';
import type { IncidentTransaction } from '../storage/incident-database.ts';
import type { DispatchTables, IncidentRow, TimelineRow } from '../storage/tables.ts';
import { clipWords } from '../words.ts';
import { responseMsOf } from './response-time.ts';

/** A person who acts; the name stands on the timeline, the id in the incident log. */
export interface Actor {
  id: string;
  name: string;
}

/** A line to be put on a timeline. */
export interface NewTimelineEntry {
  type: TimelineType;
  words: { zh: string; en: string };
  /** Epoch ms; the time of the transaction where absent. */
  at?: number;
  actor?: Actor;
  level?: Level;
  kind?: IncidentKind;
  warning?: string;
  record?: string;
  origin?: string;
  observedAt?: number;
  subject?: string;
  capturedAt?: number;
  possibleRepeat?: boolean;
  saidByOther?: boolean;
  /** Warnings that the line concerns, for the incident log. */
  warnings?: string[];
  outcome?: Outcome;
}

type ChangeRow = Insertable<DispatchTables['incident_change']>;
const insertTimeline = createCompiledQuery((db: Kysely<DispatchTables>, row: TimelineRow) =>
  db.insertInto('timeline').values(columnsOf(row, timelineColumns)),
);
const insertChange = createCompiledQuery((db: Kysely<DispatchTables>, row: ChangeRow) =>
  db.insertInto('incident_change').values(columnsOf(row, changeColumns)).returning('change'),
);
const updateIncident = createCompiledQuery((db: Kysely<DispatchTables>, row: IncidentRow) =>
  db.updateTable('incident').set(columnsOf(row, changingColumns)).where('id', '=', row.id),
);

/**
 * Puts a line on an incident's timeline and in the incident log; the row's length and version rise with it
 * and are on disk after `saveIncident`.
 */
export async function appendEntry(
  transaction: IncidentTransaction,
  incident: IncidentRow,
  line: NewTimelineEntry,
): Promise<void> {
  const at = line.at ?? transaction.now;
  const words = clipWords(line.words);
  const responseMs = await responseMsOf(transaction, incident, line.type);
  incident.timeline_length += 1;
  incident.version += 1;
  await insertTimeline(transaction.trx, {
    incident: incident.id,
    sequence: incident.timeline_length,
    at,
    type: line.type,
    actor: line.actor?.name ?? null,
    words_zh: words.zh,
    words_en: words.en,
    level: line.level ?? null,
    kind: line.kind ?? null,
    warning: line.warning ?? null,
    record: line.record ?? null,
    origin: line.origin ?? null,
    observed_at: line.observedAt ?? null,
    subject: line.subject ?? null,
    captured_at: line.capturedAt ?? null,
    possible_repeat: Number(line.possibleRepeat ?? false),
    said_by_other: Number(line.saidByOther ?? false),
  });
  const { rows } = await insertChange(transaction.trx, {
    at: transaction.now,
    incident: incident.id,
    community: incident.community,
    transition: line.type,
    warnings: JSON.stringify(line.warnings ?? []),
    actor: line.actor?.id ?? null,
    outcome: line.outcome ?? null,
    kind: incident.kind,
    level: incident.level,
    drill: incident.drill,
    building: incident.building,
    response_ms: responseMs,
  });
  const change = rows[0]?.change ?? 0;
  transaction.changed.set(incident.id, { incident: incident.id, community: incident.community, change });
}

/** Writes an incident's row as it stands now. One that somebody has seen, or that is over, waits for no answer. */
export async function saveIncident(transaction: IncidentTransaction, incident: IncidentRow): Promise<void> {
  if (incident.state !== 'new') incident.unanswered_since = null;
  incident.rank = rankOf(incident);
  await updateIncident(transaction.trx, incident);
}

/**
 * Orders incidents: unanswered (below 0) before new before acknowledged before resolved, in each the worse level first.
 */
export function rankOf({
  state,
  level,
  unanswered_since,
}: Pick<IncidentRow, 'state' | 'level' | 'unanswered_since'>): number {
  const place = unanswered_since === null ? incidentStates.indexOf(state) : -1;
  return place * levels.length + levels.indexOf(level);
}

/** Reads an incident's row. */
export function findIncident(transaction: IncidentTransaction, id: string): Promise<IncidentRow | undefined> {
  return transaction.trx.selectFrom('incident').selectAll().where('id', '=', id).executeTakeFirst();
}

/** Warnings that stand on an incident. */
export async function warningsOf(transaction: IncidentTransaction, incident: string): Promise<string[]> {
  const rows = await transaction.trx
    .selectFrom('incident_warning')
    .select('warning')
    .where('incident', '=', incident)
    .execute();
  return rows.map((row) => row.warning);
}
