import type { IncidentFile } from '../incidents/incident-file.ts';
import type { DispatchMetrics } from '../metrics.ts';
import type { ChannelLimits, SendResult } from './channel.ts';
import { nextNotificationState } from './notification-lifecycle.ts';
import type { Pending } from './pending-messages.ts';

/** What became of one attempt; `isUnknown`: nobody knows whether it went out. */
export interface Outcome {
  message: Pending;
  result: SendResult;
  isUnknown: boolean;
}

/** Puts what became of messages on disk, in one transaction. */
export function keepResults(
  file: IncidentFile,
  results: readonly Outcome[],
  { attempts, retryMs }: ChannelLimits,
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
