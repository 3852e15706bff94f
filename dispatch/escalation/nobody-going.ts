import type { Writing } from '../incidents/incident-file.ts';
import type { AssignmentRow, IncidentRow } from '../tables.ts';
import type { Escalation } from './escalation.ts';
import { nextAct } from './next-act.ts';
import { soundAnew } from './sound-anew.ts';

/**
 * Somebody who was sent has left: whoever acknowledged counted on somebody going, so that with nobody left it is
 * everybody's again. The caller saves the incident.
 */
export async function soundIfNobodyGoes(
  writing: Writing,
  escalation: Escalation,
  incident: IncidentRow,
): Promise<void> {
  const assignments = await assignmentsOf(writing, incident.id);
  const going = assignments.map(({ person, state, answer_due_at }) => ({
    person,
    state,
    answerDueAt: answer_due_at,
  }));
  const next = nextAct({ state: incident.state, reopenAt: incident.reopen_at }, going, true);
  if (next?.act === 'sound-anew') await soundAnew(writing, escalation, incident, writing.now);
}

/** All assignments of an incident, ended ones too, oldest first. */
export function assignmentsOf({ trx }: Writing, incident: string): Promise<AssignmentRow[]> {
  return trx
    .selectFrom('assignment')
    .selectAll()
    .where('incident', '=', incident)
    .orderBy('assigned_at')
    .execute();
}
