import type { Delivery, DeliveryReceipts } from '#contracts/dispatch-api.ts';
import { nextNotificationState } from '../channels/notification-lifecycle.ts';
import { findPerson } from '../incidents/people.ts';
import { type Actor, appendEntry, saveIncident } from '../incidents/timeline.ts';
import type { IncidentTransaction } from '../storage/incident-database.ts';
import type { IncidentRow, NotificationRow } from '../storage/tables.ts';
import type { Words } from '../words.ts';

/**
 * Pages received messages: each is delivered, and the first of a person and attention, or of an assignment, is added to the
 * timeline. All that belong to an incident change it once.
 *
 * @param deliveries So few that an alarm may wait for all of them.
 */
export async function recordDeliveryReceipts(
  transaction: IncidentTransaction,
  deliveries: readonly Delivery[],
): Promise<DeliveryReceipts> {
  const { trx, now, registry } = transaction;
  const personOf = new Map(deliveries.map(({ person, notification }) => [notification, person]));
  const messages = await readMessages(transaction, [...personOf.keys()]);
  const theirs = messages.filter((message) => message.person === personOf.get(message.id));
  const fresh = theirs.filter(({ state }) => nextNotificationState(state, 'delivered'));
  const known = await earlierReceipts(transaction, fresh);
  const incidents = await readIncidents(transaction, fresh);
  const ids = fresh.map(({ id }) => id);
  if (ids.length > 0) {
    await trx
      .updateTable('notification')
      .set({ state: 'delivered', changed_at: now })
      .where('id', 'in', ids)
      .execute();
  }
  for (const incident of incidents) {
    const { version } = incident;
    for (const message of fresh.filter((one) => one.incident === incident.id)) {
      const key = receiptKey(message);
      const actor = findPerson(registry, incident.community, message.person);
      if (known.has(key) || !actor) continue;
      known.add(key);
      await appendReceipt(transaction, incident, message, actor);
    }
    if (incident.version !== version) await saveIncident(transaction, incident);
  }
  return { recorded: fresh.length, unknown: personOf.size - theirs.length };
}

function readMessages({ trx }: IncidentTransaction, ids: string[]): Promise<NotificationRow[]> {
  return trx.selectFrom('notification').selectAll().where('id', 'in', ids).execute();
}

async function readIncidents({ trx }: IncidentTransaction, messages: readonly NotificationRow[]) {
  const ids = [...new Set(messages.map(({ incident }) => incident))];
  if (ids.length === 0) return [];
  return trx.selectFrom('incident').selectAll().where('id', 'in', ids).execute();
}

const receiptWords: Record<NotificationRow['about'], (name: string) => Words> = {
  alarm: (name) => ({ zh: `${name} 已收到通知`, en: `Message reached ${name}'s page` }),
  assignment: (name) => ({ zh: `${name} 已收到派遣`, en: `Assignment reached ${name}'s page` }),
};

/** Which messages are one notice to a person: those of one attention, or of one assignment. */
type ReceiptScope = Pick<NotificationRow, 'incident' | 'person' | 'about' | 'attention' | 'assignment'>;

/** The same for all messages of a person and attention, or of an assignment: only the first receipt is on the timeline. */
export function receiptKey({ incident, person, about, attention, assignment }: ReceiptScope): string {
  return [incident, person, about, about === 'assignment' ? assignment : attention].join(' ');
}

/** Receipts of earlier messages of the same incidents, by `receiptKey`. */
export async function earlierReceipts(
  { trx }: IncidentTransaction,
  messages: readonly Pick<NotificationRow, 'incident'>[],
): Promise<Set<string>> {
  const ids = [...new Set(messages.map(({ incident }) => incident))];
  if (ids.length === 0) return new Set();
  const rows = await trx
    .selectFrom('notification')
    .select(['incident', 'person', 'about', 'attention', 'assignment'])
    .where('incident', 'in', ids)
    .where('state', 'in', ['delivered', 'read'])
    .execute();
  return new Set(rows.map(receiptKey));
}

/** Adds to the timeline that a person's page received a message; the caller saves the incident. */
export function appendReceipt(
  transaction: IncidentTransaction,
  incident: IncidentRow,
  { about }: Pick<NotificationRow, 'about'>,
  actor: Actor,
): Promise<void> {
  return appendEntry(transaction, incident, {
    type: 'delivered',
    actor,
    words: receiptWords[about](actor.name),
  });
}
