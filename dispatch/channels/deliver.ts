import { setTimeout as wait } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Logger } from '#runtime/log.ts';
import type { IncidentFile } from '../incidents/incident-file.ts';
import type { DispatchMetrics } from '../metrics.ts';
import type { Channel, ChannelName, SendResult } from './channel.ts';
import { nextNotificationState, notNeeded } from './notification-lifecycle.ts';

/** Most messages handed over at once. */
const maxAtOnce = 200;
/** Attempts after which a message has failed. */
const maxAttempts = 5;
const sendTimeoutMs = 10_000;
const retryAfterMs = 2_000;

/** Hands the messages on disk to their channels. */
export interface Delivery {
  /** After a restart: what was not yet marked as sent may have gone out. Called once, before the first run. */
  markPossibleRepeats(): Promise<number>;
  /** Sends what is waiting. @returns true where more is. */
  run(): Promise<boolean>;
}

/** Creates the delivery over a set of channels. */
export function createDelivery(options: {
  file: IncidentFile;
  channels: Record<ChannelName, Channel>;
  metrics: DispatchMetrics;
  now: () => number;
  log: Logger;
}): Delivery {
  const { file, channels, metrics, now, log } = options;

  const send = async (message: Pending): Promise<SendResult> => {
    if (!isNeeded(message)) {
      return { sent: false, retryable: false, reason: notNeeded };
    }
    const timeout = new AbortController();
    try {
      return await Promise.race([
        channels[message.channel].send({
          id: message.id,
          incident: message.incident,
          person: message.person,
          about: message.about,
          step: message.step,
          insistence: message.insistence,
          possibleRepeat: message.possible_repeat === 1,
          summary: { zh: message.summary_zh, en: message.summary_en },
          drill: message.drill === 1,
        }),
        wait(sendTimeoutMs, { sent: false, retryable: true, reason: 'timeout' } as const, {
          signal: timeout.signal,
        }),
      ]);
    } catch (error) {
      log.warn({ err: error, notification: message.id, channel: message.channel }, 'channel failed');
      return { sent: false, retryable: true, reason: 'channel failed' };
    } finally {
      timeout.abort();
    }
  };

  return {
    markPossibleRepeats: async () => {
      const { numUpdatedRows } = await file.db
        .updateTable('notification')
        .set({ possible_repeat: 1 })
        .where('state', '=', 'pending')
        .executeTakeFirst();
      metrics.possibleRepeats.inc(Number(numUpdatedRows));
      return Number(numUpdatedRows);
    },
    run: async () => {
      const messages = await readPending(file, now());
      const sent = await Promise.all(
        messages.map(async (message) => ({ message, result: await send(message) })),
      );
      if (sent.length > 0) await keepResults(file, sent, metrics);
      return messages.length === maxAtOnce;
    },
  };
}

type Pending = Awaited<ReturnType<typeof readPending>>[number];

/**
 * An answered incident, or one that sounds anew since, needs the message of its step no longer. Who was sent
 * is told as long as they have not answered and there is somewhere to go, whoever else has seen it.
 */
function isNeeded(message: Pending): boolean {
  if (message.about === 'assignment') {
    return message.state !== 'resolved' && message.assignmentState === 'assigned';
  }
  return message.state === 'new' && message.attention === message.current;
}

function readPending(file: IncidentFile, now: number) {
  return file.db
    .selectFrom('notification')
    .innerJoin('incident', 'incident.id', 'notification.incident')
    .leftJoin('assignment', 'assignment.id', 'notification.assignment')
    .select(['notification.id', 'notification.incident', 'notification.attention', 'step', 'insistence'])
    .select(['notification.person', 'channel', 'about', 'possible_repeat', 'attempts'])
    .select(['summary_zh', 'summary_en', 'drill', 'incident.state', 'incident.attention as current'])
    .select('assignment.state as assignmentState')
    .where('notification.state', '=', sql.lit('pending' as const))
    .where('next_try_at', '<=', now)
    .orderBy('next_try_at')
    .limit(maxAtOnce)
    .execute();
}

function keepResults(
  file: IncidentFile,
  results: { message: Pending; result: SendResult }[],
  metrics: DispatchMetrics,
): Promise<void> {
  return file.write(async ({ trx, now }) => {
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
    for (const { message, result } of results) {
      if (result.sent) continue;
      const retry = result.retryable && message.attempts + 1 < maxAttempts;
      await trx
        .updateTable('notification')
        .set({
          state: retry ? 'pending' : nextNotificationState('pending', 'fail'),
          attempts: message.attempts + 1,
          next_try_at: now + retryAfterMs,
          reason: result.reason,
          changed_at: now,
        })
        .where('id', '=', message.id)
        .where('state', '=', 'pending')
        .execute();
      metrics.notifications.inc({ state: retry ? 'retried' : 'fail' });
    }
  });
}
