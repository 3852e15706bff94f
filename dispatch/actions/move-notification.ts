import type { ActionDone, MoveNotification } from '#contracts/dispatch-api.ts';
import { nextNotificationState } from '../channels/notification-lifecycle.ts';
import { DispatchError } from '../errors.ts';
import { saveIncident } from '../incidents/timeline.ts';
import { type ActionContext, requireActor, requireIncident } from './action.ts';
import { appendReceipt, earlierReceipts, receiptKey } from './delivery-receipts.ts';

/**
 * A page received a message (`recordDeliveryReceipts` for many), or its person opened it. The first receipt of a person and
 * attention, and of an assignment, is added to the timeline. It stops no escalation, because a receipt is no answer.
 *
 * @throws {DispatchError} `NOTIFICATION_UNKNOWN` where there is none of that id for that person.
 */
export async function moveNotification(
  { transaction }: ActionContext,
  id: string,
  body: MoveNotification,
): Promise<ActionDone> {
  const { trx, now, registry } = transaction;
  const message = await trx
    .selectFrom('notification')
    .innerJoin('incident', 'incident.id', 'notification.incident')
    .selectAll('notification')
    .where('notification.id', '=', id)
    .where('notification.person', '=', body.actor)
    .where('incident.community', '=', body.community)
    .executeTakeFirst();
  if (!message) throw new DispatchError('NOTIFICATION_UNKNOWN', `${body.actor} has no message ${id}`);
  const incident = await requireIncident(transaction, message.incident);
  const actor = requireActor(registry, incident.community, body.actor);
  const next = nextNotificationState(message.state, body.to);
  if (!next) return { incident: incident.id, version: incident.version, changed: false };
  const known = await earlierReceipts(transaction, [message]);
  await trx.updateTable('notification').set({ state: next, changed_at: now }).where('id', '=', id).execute();
  if (!known.has(receiptKey(message))) {
    await appendReceipt(transaction, incident, message, actor);
    await saveIncident(transaction, incident);
  }
  return { incident: incident.id, version: incident.version, changed: true };
}
