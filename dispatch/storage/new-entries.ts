import type { Kysely } from 'kysely';
import type { IncidentChange } from '#contracts/incident.ts';
import { createCompiledInsert } from '#runtime/compiled-query.ts';
import { timelineColumns } from './columns.ts';
import type { DispatchTables, IncidentTables, TimelineRow } from './tables.ts';

/** Entries of timelines, and what the incident log says of each, in the order in which they were added. */
export interface NewEntries {
  timeline: TimelineRow[];
  changes: Omit<IncidentChange, 'change'>[];
}

/** An incident that a transaction changed, and its newest position in the incident log. */
export interface ChangedIncident {
  incident: string;
  community: string;
  change: number;
}

const insertTimeline = createCompiledInsert(
  timelineColumns,
  (db: Kysely<DispatchTables>, rows: TimelineRow[]) => db.insertInto('timeline').values(rows),
);

/** Writes entries and empties them. @returns The incidents they changed, each with the position of its newest one. */
export async function writeEntries(
  { db, log }: IncidentTables,
  entries: NewEntries,
): Promise<ChangedIncident[]> {
  if (entries.timeline.length === 0) return [];
  const { timeline, changes } = entries;
  entries.timeline = [];
  entries.changes = [];
  await insertTimeline(db, timeline);
  return changes.map((change) => {
    const { last } = log.append({ head: JSON.stringify(change) }, change.at);
    return { incident: change.incident, community: change.community, change: last };
  });
}
