import type { Writing } from '../incidents/incident-file.ts';
import { appendLine, findIncident, saveIncident } from '../incidents/timeline.ts';
import type { AssignmentRow } from '../tables.ts';
import type { Escalation } from './escalation.ts';
import { soundAnew } from './sound-anew.ts';

/** Most unanswered assignments met in one run, so that other writers get their turn. */
const maxDueAtOnce = 50;

/**
 * Sounds an incident anew, once an assignment, where the person who was sent does not answer in time: whoever
 * acknowledged counts on somebody going.
 *
 * @param answerMs How long an answer may take; one due further ahead was set before the clock was put back.
 * @returns True where more are waiting.
 */
export async function soundUnanswered(
  writing: Writing,
  escalation: Escalation,
  answerMs: number,
): Promise<boolean> {
  const { trx, now } = writing;
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
    if (assignment.state === 'assigned') await soundFor(writing, escalation, assignment);
  }
  return due.length === maxDueAtOnce;
}

async function soundFor(
  writing: Writing,
  escalation: Escalation,
  { incident: id, person_name: name }: AssignmentRow,
): Promise<void> {
  const incident = await findIncident(writing, id);
  if (!incident || incident.state === 'resolved') return;
  await appendLine(writing, incident, {
    type: 'escalated',
    words: { zh: `${name} 未应答派遣`, en: `${name} has not answered being sent` },
  });
  const seen = incident.attention;
  await soundAnew(writing, escalation, incident, writing.now);
  // It sounds for want of an answer, not for another alarm: who accepts now has seen what there is to see.
  await writing.trx
    .updateTable('assignment')
    .set({ attention: incident.attention })
    .where('incident', '=', id)
    .where('attention', '=', seen)
    .execute();
  await saveIncident(writing, incident);
}
