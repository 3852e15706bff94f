import type { Kysely } from 'kysely';
import { timelineEnds } from '#contracts/incident.ts';
import type { DispatchTables, TimelineRow } from './tables.ts';

/**
 * The two ends of a timeline, oldest first: a sender that cries ten times a second must neither make it unreadable nor
 * push out what people did.
 *
 * @param after Only lines above this sequence.
 */
export async function rowsOfEnds(
  db: Kysely<DispatchTables>,
  incident: string,
  after: number,
): Promise<TimelineRow[]> {
  const lines = db
    .selectFrom('timeline')
    .selectAll()
    .where('incident', '=', incident)
    .where('sequence', '>', after);
  const alarms = lines.where('type', '=', 'alarm');
  const parts = await Promise.all([
    alarms.orderBy('sequence').limit(timelineEnds.firstAlarms).execute(),
    alarms.orderBy('sequence', 'desc').limit(timelineEnds.newestAlarms).execute(),
    lines.where('type', '<>', 'alarm').orderBy('sequence', 'desc').limit(timelineEnds.newestOthers).execute(),
  ]);
  const bySequence = new Map(parts.flat().map((row) => [row.sequence, row]));
  return [...bySequence.values()].sort((a, b) => a.sequence - b.sequence);
}
