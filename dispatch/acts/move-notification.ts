import type { ActDone, MoveNotification } from '#contracts/dispatch-api.ts';
import { nextNotificationState } from '../channels/notification-lifecycle.ts';
import { DispatchError } from '../errors.ts';
import type { Writing } from '../incidents/incident-file.ts';
import { type Actor, appendLine, saveIncident } from '../incidents/timeline.ts';
import type { IncidentRow, NotificationRow } from '../tables.ts';
import type { Words } from '../words.ts';
import { type ActContext, requireActor, requireIncident } from './act.ts';

const takenWords: Record<NotificationRow['about'], (name: string) => Words> = {
  alarm: (name) => ({ zh: `${name} 已收到通知`, en: `Message reached ${name}'s page` }),
  assignment: (name) => ({ zh: `${name} 已收到派遣`, en: `Assignment reached ${name}'s page` }),
};

/**
 * A page took a message (`takeDeliveries` for many), or its person opened it. The first taken of a person and attention, and of
 * an assignment, stands on the timeline; it stops no escalation, since a message taken is nobody having answered.
 *
 * @throws {DispatchError} `NOTIFICATION_UNKNOWN` where there is none of that id for that person.
 */
export async function moveNotification(
  { writing }: ActContext,
  id: string,
  body: MoveNotification,
): Promise<ActDone> {
  const { trx, now, registry } = writing;
  const message = await trx
    .selectFrom('notification')
    .selectAll()
    .where('id', '=', id)
    .where('person', '=', body.actor)
    .executeTakeFirst();
  if (!message) throw new DispatchError('NOTIFICATION_UNKNOWN', `${body.actor} has no message ${id}`);
  const incident = await requireIncident(writing, message.incident);
  const actor = requireActor(registry, incident.community, body.actor);
  const next = nextNotificationState(message.state, body.to);
  if (!next) return { incident: incident.id, version: incident.version, changed: false };
  const takenBefore = await wasTaken(writing, message);
  await trx.updateTable('notification').set({ state: next, changed_at: now }).where('id', '=', id).execute();
  if (!takenBefore) {
    await appendTaken(writing, incident, message, actor);
    await saveIncident(writing, incident);
  }
  return { incident: incident.id, version: incident.version, changed: true };
}

/** Puts on the timeline that a person's page took a message; the caller saves the incident. */
export function appendTaken(
  writing: Writing,
  incident: IncidentRow,
  { about }: Pick<NotificationRow, 'about'>,
  actor: Actor,
): Promise<void> {
  return appendLine(writing, incident, { type: 'delivered', actor, words: takenWords[about](actor.name) });
}

/** Whether a page of the person took a message of the same attention, or of the same assignment. */
async function wasTaken({ trx }: Writing, message: NotificationRow): Promise<boolean> {
  const row = await trx
    .selectFrom('notification')
    .select('id')
    .where('incident', '=', message.incident)
    .where('person', '=', message.person)
    .where('about', '=', message.about)
    .where((eb) =>
      message.about === 'assignment'
        ? eb('assignment', '=', message.assignment)
        : eb('attention', '=', message.attention),
    )
    .where('state', 'in', ['delivered', 'read'])
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}
