import type { AcknowledgeIncident, ActionDone } from '#contracts/dispatch-api.ts';
import { DispatchError } from '../errors.ts';
import { nextIncidentState } from '../incidents/incident-lifecycle.ts';
import { type Actor, appendEntry, saveIncident, warningsOf } from '../incidents/timeline.ts';
import type { IncidentRow } from '../storage/tables.ts';
import { type ActionContext, requireActor, requireIncident, requireOpen } from './action.ts';

/**
 * A person has seen the incident as it was at `attention`; escalation ends.
 *
 * @throws {DispatchError} `ATTENTION_MOVED` where another alarm came meanwhile: it stays unacknowledged.
 */
export async function acknowledge(
  context: ActionContext,
  id: string,
  body: AcknowledgeIncident,
): Promise<ActionDone> {
  const { transaction } = context;
  const incident = await requireIncident(transaction, id);
  const actor = requireActor(transaction.registry, incident.community, body.actor);
  requireOpen(incident);
  if (body.attention !== incident.attention) {
    throw new DispatchError(
      'ATTENTION_MOVED',
      `incident ${incident.number} asks for acknowledgement ${incident.attention}, not ${body.attention}`,
      '/attention',
    );
  }
  const changed = await acknowledgeAs(context, incident, actor);
  await saveIncident(transaction, incident);
  return { incident: id, version: incident.version, changed };
}

/**
 * Acknowledges the incident's present attention; false where that was done. Whoever was sent and let their time pass is
 * given it again: whoever acknowledges counts on them. The caller saves it.
 */
export async function acknowledgeAs(
  { transaction, escalation, assignmentResponseMs }: ActionContext,
  incident: IncidentRow,
  actor: Actor,
): Promise<boolean> {
  const next = nextIncidentState(incident.state, 'acknowledge');
  if (!next) return false;
  incident.state = next;
  incident.acknowledged_at = transaction.now;
  incident.acknowledged_by = actor.name;
  await escalation.stop(transaction, incident.id);
  await transaction.trx
    .updateTable('assignment')
    .set({ answer_due_at: transaction.now + assignmentResponseMs })
    .where('incident', '=', incident.id)
    .where('state', '=', 'assigned')
    .where('answer_due_at', 'is', null)
    .execute();
  await appendEntry(transaction, incident, {
    type: 'acknowledged',
    actor,
    words: { zh: `${actor.name} 已确认`, en: `Acknowledged by ${actor.name}` },
    warnings: await warningsOf(transaction, incident.id),
  });
  return true;
}
