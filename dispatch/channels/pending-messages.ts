import { sql } from 'kysely';
import type { IncidentFile } from '../incidents/incident-file.ts';
import type { DispatchMetrics } from '../metrics.ts';

/** A message that waits for its channel, with what it is about. */
export type Pending = Awaited<ReturnType<typeof readPending>>[number];

/** Messages of one channel that are due, oldest first; `except`: ids in hand. */
export function readPending(
  { db }: Pick<IncidentFile, 'db'>,
  { channel, now, limit, except }: { channel: string; now: number; limit: number; except: string[] },
) {
  return db
    .selectFrom('notification')
    .innerJoin('incident', 'incident.id', 'notification.incident')
    .leftJoin('assignment', 'assignment.id', 'notification.assignment')
    .select(['notification.id', 'notification.incident', 'notification.attention', 'step', 'insistence'])
    .select(['notification.person', 'about', 'possible_repeat', 'attempts', 'incident.community'])
    .select(['summary_zh', 'summary_en', 'drill', 'incident.state', 'incident.attention as current'])
    .select('assignment.state as assignmentState')
    .where('notification.state', '=', sql.lit('pending' as const))
    .where('channel', '=', channel)
    .where('next_try_at', '<=', now)
    .where('notification.id', 'not in', except)
    .orderBy('next_try_at')
    .limit(limit)
    .execute();
}

/**
 * After a restart: what was not yet marked as sent may have gone out, and is marked so; what was written for a channel that
 * there is no longer has failed. Called once, before anything is handed over.
 *
 * @returns How many may go out twice.
 */
export async function meetPending(
  file: IncidentFile,
  channels: readonly string[],
  metrics: DispatchMetrics,
): Promise<number> {
  await file.db
    .updateTable('notification')
    .set({ state: 'failed', reason: 'no such channel' })
    .where('state', '=', 'pending')
    .where('channel', 'not in', channels)
    .execute();
  const { numUpdatedRows } = await file.db
    .updateTable('notification')
    .set({ possible_repeat: 1 })
    .where('state', '=', 'pending')
    .executeTakeFirst();
  metrics.possibleRepeats.inc(Number(numUpdatedRows));
  return Number(numUpdatedRows);
}
