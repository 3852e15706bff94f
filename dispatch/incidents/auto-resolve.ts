import { isActiveAssignment } from '#contracts/facts/assignments.ts';
import type { WarningTransition } from '#contracts/warning-transition.ts';
import type { Escalation } from '../escalation/escalation.ts';
import type { IncidentTransaction } from '../storage/incident-database.ts';
import type { IncidentRow } from '../storage/tables.ts';
import { nextIncidentState } from './incident-lifecycle.ts';
import { appendEntry, warningsOf } from './timeline.ts';

/**
 * Resolves an incident without people, when its devices are live again, have joined another incident, or were removed.
 * It must be yellow or blue, without any life-safety alarm or active assignment, and nothing on it may hold. The caller saves
 * it.
 *
 * @returns False where it stays people's.
 */
export async function autoResolve(
  transaction: IncidentTransaction,
  escalation: Escalation,
  incident: IncidentRow,
  line: WarningTransition,
): Promise<boolean> {
  const next = nextIncidentState(incident.state, 'condition-over');
  if (!next || !(await mayClose(transaction, incident))) return false;
  incident.state = next;
  incident.resolved_at = transaction.now;
  await escalation.stop(transaction, incident.id);
  await appendEntry(transaction, incident, {
    type: 'resolved',
    words: { zh: `自动关闭：${line.evidence.zh}`, en: `Closed by itself: ${line.evidence.en}` },
    warnings: await warningsOf(transaction, incident.id),
  });
  return true;
}

async function mayClose({ trx }: IncidentTransaction, incident: IncidentRow): Promise<boolean> {
  const isMild = incident.level === 'yellow' || incident.level === 'blue';
  if (!isMild || incident.life_safety === 1 || incident.source !== 'warning') return false;
  const holding = await trx
    .selectFrom('incident_warning')
    .select('warning')
    .where('incident', '=', incident.id)
    .where('active', '=', 1)
    .limit(1)
    .executeTakeFirst();
  if (holding) return false;
  const assignments = await trx
    .selectFrom('assignment')
    .select('state')
    .where('incident', '=', incident.id)
    .execute();
  return !assignments.some(({ state }) => isActiveAssignment(state));
}
