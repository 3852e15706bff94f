import type { ActionDone, AssignIncident } from '#contracts/dispatch-api.ts';
import { isActiveAssignment } from '#contracts/facts/assignments.ts';
import { DispatchError } from '../errors.ts';
import { findResponder } from '../incidents/people.ts';
import { appendEntry, saveIncident } from '../incidents/timeline.ts';
import { acknowledgeAs } from './acknowledge.ts';
import { type ActionContext, requireActor, requireIncident, requireOpen } from './action.ts';
import { moveAssignment } from './move-assignment.ts';

/** Most assignments of one incident, ended ones included. */
export const maxAssignments = 100;

/**
 * Assigns a person to an incident and notifies them; an active assignment of theirs is kept. With `accept` a
 * person takes it themselves, which also acknowledges.
 *
 * @throws {DispatchError} `PERSON_UNKNOWN`, `ACCEPT_NOT_OWN`, `ASSIGNMENTS_FULL`, `INCIDENT_RESOLVED`.
 */
export async function assign(context: ActionContext, id: string, body: AssignIncident): Promise<ActionDone> {
  const { transaction } = context;
  const { trx, now, registry } = transaction;
  const incident = await requireIncident(transaction, id);
  const actor = requireActor(registry, incident.community, body.actor);
  requireOpen(incident);
  const person = findResponder(registry, incident.community, body.person);
  if (!person) {
    const message = `${body.person} is nobody of ${incident.community} who may be sent`;
    throw new DispatchError('PERSON_UNKNOWN', message, '/person');
  }
  if (body.accept && person.id !== actor.id) {
    throw new DispatchError('ACCEPT_NOT_OWN', 'an assignment is accepted for oneself alone', '/accept');
  }
  const all = await trx
    .selectFrom('assignment')
    .select(['id', 'person', 'state'])
    .where('incident', '=', id)
    .execute();
  const present = all.find((other) => other.person === person.id && isActiveAssignment(other.state));
  if (present) {
    if (!body.accept || present.state !== 'assigned') {
      return { incident: id, version: incident.version, changed: false, assignment: present.id };
    }
    const accepted = { actor: body.actor, request: body.request, to: 'accepted' } as const;
    return { ...(await moveAssignment(context, id, accepted, present.id)), assignment: present.id };
  }
  if (all.length >= maxAssignments) {
    throw new DispatchError('ASSIGNMENTS_FULL', `an incident takes at most ${maxAssignments} assignments`);
  }
  const assignment = `a-${crypto.randomUUID()}`;
  await trx
    .insertInto('assignment')
    .values({
      id: assignment,
      incident: id,
      person: person.id,
      person_name: person.name,
      state: body.accept ? 'accepted' : 'assigned',
      attention: incident.attention,
      assigned_at: now,
      changed_at: now,
      answer_due_at: body.accept ? null : now + context.assignmentResponseMs,
      held_state: null,
      held_answer_ms: null,
    })
    .execute();
  if (body.accept) {
    const words = { zh: `${person.name} 接警前往`, en: `${person.name} took it` };
    await appendEntry(transaction, incident, { type: 'accepted', actor, words });
    await acknowledgeAs(context, incident, actor);
  } else {
    const words = { zh: `派遣 ${person.name}`, en: `${person.name} assigned` };
    await appendEntry(transaction, incident, { type: 'assigned', actor, words });
    await context.escalation.notifyAssigned(transaction, incident, { id: assignment, person: person.id });
  }
  await saveIncident(transaction, incident);
  return { incident: id, version: incident.version, changed: true, assignment };
}
