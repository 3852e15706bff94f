import { sql } from 'kysely';
import type { DispatchMetrics } from '../metrics.ts';
import type { IncidentDatabase } from '../storage/incident-database.ts';
import type { ChannelLimits, SendResult } from './channel.ts';
import { nextNotificationState } from './notification-lifecycle.ts';

/** A message that waits for its channel, with what it is about. */
export type Pending = Awaited<ReturnType<typeof readPending>>[number];

/** Messages of one channel that are due, oldest first; `except`: ids in hand. */
export function readPending(
  { db }: Pick<IncidentDatabase, 'db'>,
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
 * After a restart: a message that is not marked as sent may have gone out, so it is marked as a possible repeat. A message for
 * a channel that no longer exists has failed. Called once, before anything is handed over.
 *
 * @returns How many may go out twice.
 */
export async function recoverPending(
  database: IncidentDatabase,
  channels: readonly string[],
  metrics: DispatchMetrics,
): Promise<number> {
  await database.db
    .updateTable('notification')
    .set({ state: 'failed', reason: 'no such channel' })
    .where('state', '=', sql.lit('pending' as const))
    .where('channel', 'not in', channels)
    .execute();
  const { numUpdatedRows } = await database.db
    .updateTable('notification')
    .set({ possible_repeat: 1 })
    .where('state', '=', sql.lit('pending' as const))
    .executeTakeFirst();
  metrics.possibleRepeats.inc(Number(numUpdatedRows));
  return Number(numUpdatedRows);
}

/** What became of one attempt; `isUnknown`: nobody knows whether it went out. */
export interface Outcome {
  message: Pending;
  result: SendResult;
  isUnknown: boolean;
}

/** Puts what became of messages on disk, in one transaction. */
export function recordResults(
  database: IncidentDatabase,
  results: readonly Outcome[],
  { attempts, retryMs }: ChannelLimits,
  metrics: DispatchMetrics,
): Promise<void> {
  return database.write(async ({ trx, now }) => {
    const sent = results.filter(({ result }) => result.sent).map(({ message }) => message.id);
    if (sent.length > 0) {
      await trx
        .updateTable('notification')
        .set((eb) => ({ state: 'sent', attempts: eb('attempts', '+', 1), reason: null, changed_at: now }))
        .where('id', 'in', sent)
        .where('state', '=', 'pending')
        .execute();
      metrics.notifications.inc({ state: 'sent' }, sent.length);
    }
    for (const { message, result, isUnknown } of results) {
      if (result.sent) continue;
      const retry = result.retryable && message.attempts + 1 < attempts;
      const mayRepeat = retry && isUnknown && message.possible_repeat === 0;
      await trx
        .updateTable('notification')
        .set({
          state: retry ? 'pending' : nextNotificationState('pending', 'fail'),
          attempts: message.attempts + 1,
          next_try_at: now + retryMs,
          reason: result.reason,
          changed_at: now,
          ...(mayRepeat && { possible_repeat: 1 }),
        })
        .where('id', '=', message.id)
        .where('state', '=', 'pending')
        .execute();
      metrics.notifications.inc({ state: retry ? 'retried' : 'fail' });
      if (mayRepeat) metrics.possibleRepeats.inc();
    }
  });
}
