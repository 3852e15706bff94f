import type { ActDone, AssignIncident } from '#contracts/dispatch-api.ts';
import { DispatchError } from '../errors.ts';
import { isActiveAssignment } from '../incidents/assignment-lifecycle.ts';
import { appendLine, saveIncident } from '../incidents/timeline.ts';
import { type ActContext, findPerson, requireActor, requireIncident, requireOpen } from './act.ts';

/** Most assignments of one incident, ended ones included. */
export const maxAssignments = 100;

/**
 * Sends a person to an incident; one who is sent already keeps that assignment.
 *
 * @throws {DispatchError} `PERSON_UNKNOWN`, `ASSIGNMENTS_FULL`, `INCIDENT_RESOLVED`.
 */
export async function assign({ writing }: ActContext, id: string, body: AssignIncident): Promise<ActDone> {
  const { trx, now, registry } = writing;
  const incident = await requireIncident(writing, id);
  const actor = requireActor(registry, incident.community, body.actor);
  requireOpen(incident);
  const person = findPerson(registry, incident.community, body.person);
  if (!person) {
    const message = `${body.person} is no enabled person of ${incident.community}`;
    throw new DispatchError('PERSON_UNKNOWN', message, '/person');
  }
  const all = await trx
    .selectFrom('assignment')
    .select(['id', 'person', 'state'])
    .where('incident', '=', id)
    .execute();
  const present = all.find((other) => other.person === person.id && isActiveAssignment(other.state));
  if (present) return { incident: id, version: incident.version, changed: false, assignment: present.id };
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
      state: 'assigned',
      attention: incident.attention,
      assigned_at: now,
      changed_at: now,
    })
    .execute();
  await appendLine(writing, incident, {
    type: 'assigned',
    actor,
    words: { zh: `派遣 ${person.name}`, en: `${person.name} assigned` },
  });
  await saveIncident(writing, incident);
  return { incident: id, version: incident.version, changed: true, assignment };
}
