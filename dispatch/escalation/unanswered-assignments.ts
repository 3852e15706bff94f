import { appendEntry, findIncident, saveIncident } from '../incidents/timeline.ts';
import type { IncidentTransaction } from '../storage/incident-database.ts';
import type { AssignmentRow } from '../storage/tables.ts';
import type { Escalation } from './escalation.ts';
import { realert } from './re-alert.ts';

/** Most unanswered assignments in one run, so that other writers get their turn. */
const maxDueAtOnce = 50;

/**
 * Re-alerts an incident, once per assignment, where the assigned person does not answer in time: whoever
 * acknowledged counts on somebody going.
 *
 * @param answerMs How long an answer may take; one due further ahead was set before the clock was put back.
 * @returns True where more are waiting.
 */
export async function realertUnanswered(
  transaction: IncidentTransaction,
  escalation: Escalation,
  answerMs: number,
): Promise<boolean> {
  const { trx, now } = transaction;
  const due = await trx
    .selectFrom('assignment')
    .selectAll()
    .where('answer_due_at', 'is not', null)
    .where((eb) => eb.or([eb('answer_due_at', '<=', now), eb('answer_due_at', '>', now + answerMs)]))
    .orderBy('answer_due_at')
    .limit(maxDueAtOnce)
    .execute();
  for (const assignment of due) {
    await trx
      .updateTable('assignment')
      .set({ answer_due_at: null })
      .where('id', '=', assignment.id)
      .execute();
    if (assignment.state === 'assigned') await realertFor(transaction, escalation, assignment);
  }
  return due.length === maxDueAtOnce;
}

async function realertFor(
  transaction: IncidentTransaction,
  escalation: Escalation,
  { incident: id, person_name: name }: AssignmentRow,
): Promise<void> {
  const incident = await findIncident(transaction, id);
  if (!incident || incident.state === 'resolved') return;
  await appendEntry(transaction, incident, {
    type: 'escalated',
    words: { zh: `${name} 未应答派遣`, en: `${name} has not answered being sent` },
  });
  const seen = incident.attention;
  await realert(transaction, escalation, incident, transaction.now);
  // It sounds for want of an answer, not for another alarm: who accepts now has seen what there is to see.
  await transaction.trx
    .updateTable('assignment')
    .set({ attention: incident.attention })
    .where('incident', '=', id)
    .where('attention', '=', seen)
    .execute();
  await saveIncident(transaction, incident);
}
