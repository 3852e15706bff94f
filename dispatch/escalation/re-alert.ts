import { nextIncidentState } from '../incidents/incident-lifecycle.ts';
import type { IncidentTransaction } from '../storage/incident-database.ts';
import type { AssignmentRow, IncidentRow } from '../storage/tables.ts';
import type { Escalation } from './escalation.ts';
import { nextAction } from './next-action.ts';

/**
 * Re-alerts: the incident is new again, its attention rises, and people are notified. The caller saves it.
 *
 * @param since Epoch ms from which the wait of an incident that had been answered is counted again.
 */
export async function realert(
  transaction: IncidentTransaction,
  escalation: Escalation,
  incident: IncidentRow,
  since: number,
): Promise<void> {
  const wasAnswered = incident.state === 'acknowledged';
  incident.state = nextIncidentState(incident.state, 'alarm-anew') ?? incident.state;
  incident.attention += 1;
  incident.acknowledged_at = null;
  incident.acknowledged_by = null;
  if (wasAnswered) {
    incident.attention_at = since;
    await escalation.start(transaction, incident);
  } else {
    await escalation.notifyAgain(transaction, incident);
  }
}

/**
 * Somebody who was sent has left: whoever acknowledged counted on somebody going, so that with nobody left it is
 * everybody's again. The caller saves the incident.
 */
export async function realertIfNobodyGoes(
  transaction: IncidentTransaction,
  escalation: Escalation,
  incident: IncidentRow,
): Promise<void> {
  const assignments = await assignmentsOf(transaction, incident.id);
  const going = assignments.map(({ person, state, answer_due_at }) => ({
    person,
    state,
    answerDueAt: answer_due_at,
  }));
  const next = nextAction({ state: incident.state, reopenAt: incident.reopen_at }, going, true);
  if (next?.action === 're-alert') await realert(transaction, escalation, incident, transaction.now);
}

/** All assignments of an incident, ended ones too, oldest first. */
export function assignmentsOf({ trx }: IncidentTransaction, incident: string): Promise<AssignmentRow[]> {
  return trx
    .selectFrom('assignment')
    .selectAll()
    .where('incident', '=', incident)
    .orderBy('assigned_at')
    .execute();
}
