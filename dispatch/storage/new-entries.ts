import type { Insertable, Kysely } from 'kysely';
import { createCompiledInsert } from '#runtime/compiled-query.ts';
import { changeColumns, timelineColumns } from './columns.ts';
import type { DispatchTables, TimelineRow } from './tables.ts';

type ChangeRow = Insertable<DispatchTables['incident_change']>;

/** Entries of timelines, and what the incident log says of each, in the order in which they were added. */
export interface NewEntries {
  timeline: TimelineRow[];
  changes: ChangeRow[];
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
const insertChanges = createCompiledInsert(changeColumns, (db: Kysely<DispatchTables>, rows: ChangeRow[]) =>
  db.insertInto('incident_change').values(rows).returning('change'),
);

/** Writes entries and empties them. @returns The incidents they changed, each with the position of its newest one. */
export async function writeEntries(
  db: Kysely<DispatchTables>,
  entries: NewEntries,
): Promise<ChangedIncident[]> {
  if (entries.timeline.length === 0) return [];
  const { timeline, changes } = entries;
  entries.timeline = [];
  entries.changes = [];
  await insertTimeline(db, timeline);
  const returned = await insertChanges(db, changes);
  // Positions rise with the rows; in which order they are returned no engine promises.
  const positions = returned.map(({ change }) => change).sort((a, b) => a - b);
  return changes.map(({ incident, community }, index) => ({
    incident,
    community,
    change: positions[index] ?? 0,
  }));
}
