import type { Kysely } from 'kysely';
import type { IncidentKind } from '#contracts/facts/incident-kinds.ts';
import { type Level, levels } from '#contracts/facts/levels.ts';
import { incidentStates, type Outcome, type TimelineType } from '#contracts/incident.ts';
import { columnsOf, createCompiledQuery } from '#runtime/compiled-query.ts';
import { changingColumns } from '../storage/columns.ts';
import type { IncidentTransaction } from '../storage/incident-database.ts';
import { writeEntries } from '../storage/new-entries.ts';
import type { DispatchTables, IncidentRow } from '../storage/tables.ts';
import { clipWords } from '../words.ts';
import { responseMsOf } from './response-time.ts';

/** A person who acts; the timeline has the name, the incident log the id. */
export interface Actor {
  id: string;
  name: string;
}

/** An entry to be added to a timeline. */
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
  /** Warnings that the entry is about, for the incident log. */
  warnings?: string[];
  outcome?: Outcome;
}

const updateIncident = createCompiledQuery((db: Kysely<DispatchTables>, row: IncidentRow) =>
  db.updateTable('incident').set(columnsOf(row, changingColumns)).where('id', '=', row.id),
);

/**
 * Adds an entry to an incident's timeline and to the incident log. `saveIncident` writes it, with the row whose length and
 * version rise with it.
 */
export async function appendEntry(
  transaction: IncidentTransaction,
  incident: IncidentRow,
  entry: NewTimelineEntry,
): Promise<void> {
  const at = entry.at ?? transaction.now;
  const words = clipWords(entry.words);
  const responseMs = await responseMsOf(transaction, incident, entry.type);
  incident.timeline_length += 1;
  incident.version += 1;
  transaction.newEntries.timeline.push({
    incident: incident.id,
    sequence: incident.timeline_length,
    at,
    type: entry.type,
    actor: entry.actor?.name ?? null,
    words_zh: words.zh,
    words_en: words.en,
    level: entry.level ?? null,
    kind: entry.kind ?? null,
    warning: entry.warning ?? null,
    record: entry.record ?? null,
    origin: entry.origin ?? null,
    observed_at: entry.observedAt ?? null,
    subject: entry.subject ?? null,
    captured_at: entry.capturedAt ?? null,
    possible_repeat: Number(entry.possibleRepeat ?? false),
    said_by_other: Number(entry.saidByOther ?? false),
  });
  transaction.newEntries.changes.push({
    at: transaction.now,
    incident: incident.id,
    community: incident.community,
    transition: entry.type,
    warnings: entry.warnings ?? [],
    ...(entry.actor && { actor: entry.actor.id }),
    ...(entry.outcome && { outcome: entry.outcome }),
    kind: incident.kind,
    level: incident.level,
    drill: incident.drill === 1,
    ...(incident.building !== null && { building: incident.building }),
    ...(responseMs !== null && { responseMs }),
  });
}

/** Writes an incident's row as it is now, with its new entries. One that somebody has seen, or that is over, waits for no answer. */
export async function saveIncident(transaction: IncidentTransaction, incident: IncidentRow): Promise<void> {
  if (incident.state !== 'new') incident.unanswered_since = null;
  incident.rank = rankOf(incident);
  const changed = await writeEntries({ db: transaction.trx, log: transaction.log }, transaction.newEntries);
  for (const one of changed) transaction.changed.set(one.incident, one);
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

/** Ids of an incident's warnings. */
export async function warningsOf(transaction: IncidentTransaction, incident: string): Promise<string[]> {
  const rows = await transaction.trx
    .selectFrom('incident_warning')
    .select('warning')
    .where('incident', '=', incident)
    .execute();
  return rows.map((row) => row.warning);
}
