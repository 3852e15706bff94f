import type { ActionDone, MoveAssignment } from '#contracts/dispatch-api.ts';
import {
  type AssignmentMove,
  endedAssignmentStates,
  isActiveAssignment,
} from '#contracts/facts/assignments.ts';
import { DispatchError } from '../errors.ts';
import { realertIfNobodyGoes } from '../escalation/re-alert.ts';
import { nextAssignmentState } from '../incidents/assignment-lifecycle.ts';
import { type Actor, appendEntry, saveIncident } from '../incidents/timeline.ts';
import type { IncidentTransaction } from '../storage/incident-database.ts';
import type { AssignmentRow, IncidentRow } from '../storage/tables.ts';
import { acknowledgeAs } from './acknowledge.ts';
import { type ActionContext, requireActor, requireIncident, requireOpen } from './action.ts';

const moveWords: Record<AssignmentMove, { zh: string; en: string }> = {
  accepted: { zh: '已接受', en: 'accepted' },
  declined: { zh: '不能前往', en: 'declined' },
  'en-route': { zh: '已出发', en: 'is on the way' },
  'on-scene': { zh: '已到场', en: 'is on the scene' },
  released: { zh: '已撤回', en: 'released' },
};

/**
 * Moves a responder along their way. Accepting also acknowledges, unless another alarm joined since the
 * person was assigned: that one nobody has seen. When the last one declines or is released, the incident is re-alerted.
 *
 * @throws {DispatchError} `ASSIGNMENT_UNKNOWN`, `ASSIGNMENT_MOVE_REFUSED`, `INCIDENT_RESOLVED`.
 */
export async function moveAssignment(
  context: ActionContext,
  id: string,
  body: MoveAssignment,
  assignmentId: string,
): Promise<ActionDone> {
  const { transaction } = context;
  const incident = await requireIncident(transaction, id);
  const actor = requireActor(transaction.registry, incident.community, body.actor);
  requireOpen(incident);
  const assignment = await transaction.trx
    .selectFrom('assignment')
    .selectAll()
    .where('id', '=', assignmentId)
    .where('incident', '=', id)
    .executeTakeFirst();
  if (!assignment) {
    throw new DispatchError(
      'ASSIGNMENT_UNKNOWN',
      `incident ${incident.number} has no assignment ${assignmentId}`,
    );
  }
  if (assignment.state === body.to) return { incident: id, version: incident.version, changed: false };
  await move(transaction, incident, assignment, body.to, actor);
  const hasLeft = isActiveAssignment(assignment.state) && !isActiveAssignment(body.to);
  if (hasLeft) await realertIfNobodyGoes(transaction, context.escalation, incident);
  if (body.to === 'accepted' && assignment.attention === incident.attention) {
    await acknowledgeAs(context, incident, actor);
  }
  await saveIncident(transaction, incident);
  return { incident: id, version: incident.version, changed: true };
}

function activeAssignments(transaction: IncidentTransaction, incident: string): Promise<AssignmentRow[]> {
  return transaction.trx
    .selectFrom('assignment')
    .selectAll()
    .where('incident', '=', incident)
    .where('state', 'not in', endedAssignmentStates)
    .orderBy('assigned_at')
    .execute();
}

/**
 * Releases everybody still on an incident that is being resolved, and keeps what they were for its undoing; the caller
 * saves it.
 */
export async function releaseAll(
  transaction: IncidentTransaction,
  incident: IncidentRow,
  actor: Actor,
): Promise<void> {
  for (const assignment of await activeAssignments(transaction, incident.id)) {
    await move(transaction, incident, assignment, 'released', actor);
    const { id, state, answer_due_at } = assignment;
    await transaction.trx
      .updateTable('assignment')
      .set({
        held_state: state,
        held_answer_ms: answer_due_at === null ? null : answer_due_at - transaction.now,
      })
      .where('id', '=', id)
      .execute();
  }
}

async function move(
  transaction: IncidentTransaction,
  incident: IncidentRow,
  assignment: AssignmentRow,
  to: AssignmentMove,
  actor: Actor,
): Promise<void> {
  const next = nextAssignmentState(assignment.state, to);
  if (!next) {
    const message = `an assignment that is ${assignment.state} cannot become ${to}`;
    throw new DispatchError('ASSIGNMENT_MOVE_REFUSED', message, '/to');
  }
  await transaction.trx
    .updateTable('assignment')
    .set({ state: next, changed_at: transaction.now, answer_due_at: null })
    .where('id', '=', assignment.id)
    .execute();
  const { zh, en } = moveWords[to];
  await appendEntry(transaction, incident, {
    type: to,
    actor,
    words: { zh: `${assignment.person_name} ${zh}`, en: `${assignment.person_name} ${en}` },
  });
}
