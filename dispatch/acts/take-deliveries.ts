import type { DeliveriesTaken, Delivery } from '#contracts/dispatch-api.ts';
import { nextNotificationState } from '../channels/notification-lifecycle.ts';
import type { Writing } from '../incidents/incident-file.ts';
import { saveIncident } from '../incidents/timeline.ts';
import type { NotificationRow } from '../tables.ts';
import { findPerson } from './act.ts';
import { appendTaken, takenBefore, takenKey } from './taken.ts';

/**
 * Pages took messages: each is delivered, and the first of a person and attention, or of an assignment, stands on the
 * timeline. All that belong to an incident change it once.
 *
 * @param deliveries So few that an alarm may wait for all of them.
 */
export async function takeDeliveries(
  writing: Writing,
  deliveries: readonly Delivery[],
): Promise<DeliveriesTaken> {
  const { trx, now, registry } = writing;
  const personOf = new Map(deliveries.map(({ person, notification }) => [notification, person]));
  const messages = await readMessages(writing, [...personOf.keys()]);
  const theirs = messages.filter((message) => message.person === personOf.get(message.id));
  const fresh = theirs.filter(({ state }) => nextNotificationState(state, 'delivered'));
  const known = await takenBefore(writing, fresh);
  const incidents = await readIncidents(writing, fresh);
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
      const key = takenKey(message);
      const actor = findPerson(registry, incident.community, message.person);
      if (known.has(key) || !actor) continue;
      known.add(key);
      await appendTaken(writing, incident, message, actor);
    }
    if (incident.version !== version) await saveIncident(writing, incident);
  }
  return { taken: fresh.length, unknown: personOf.size - theirs.length };
}

function readMessages({ trx }: Writing, ids: string[]): Promise<NotificationRow[]> {
  return trx.selectFrom('notification').selectAll().where('id', 'in', ids).execute();
}

async function readIncidents({ trx }: Writing, messages: readonly NotificationRow[]) {
  const ids = [...new Set(messages.map(({ incident }) => incident))];
  if (ids.length === 0) return [];
  return trx.selectFrom('incident').selectAll().where('id', 'in', ids).execute();
}
