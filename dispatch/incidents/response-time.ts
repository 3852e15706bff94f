import type { TimelineType } from '#contracts/incident.ts';
import type { IncidentTransaction } from '../storage/incident-database.ts';
import type { IncidentRow } from '../storage/tables.ts';

/**
 * How long people took, in ms, for an entry about to be added to the timeline. It is null for an entry that is no response, and
 * for all but the first of a type: a second responder's arrival does not show how soon help was there.
 */
export async function responseMsOf(
  transaction: IncidentTransaction,
  incident: IncidentRow,
  type: TimelineType,
): Promise<number | null> {
  // Every attention asks for an acknowledgement, so each has a response time of its own.
  if (type === 'acknowledged') return since(incident.attention_at, transaction.now);
  if (type !== 'accepted' && type !== 'on-scene') return null;
  const isNew = transaction.newEntries.timeline.some(
    (entry) => entry.incident === incident.id && entry.type === type,
  );
  if (isNew) return null;
  const earlier = await transaction.trx
    .selectFrom('timeline')
    .select('sequence')
    .where('incident', '=', incident.id)
    .where('type', '=', type)
    .limit(1)
    .executeTakeFirst();
  return earlier ? null : since(incident.opened_at, transaction.now);
}

/** Never below 0: the alarm's time is the journal's, which a clock set back may leave ahead of ours. */
function since(from: number, now: number): number {
  return Math.max(0, now - from);
}
