import type { ActionDone, AddNote, ReopenIncident, ResolveIncident } from '#contracts/dispatch-api.ts';
import type { Outcome } from '#contracts/incident.ts';
import { DispatchError } from '../errors.ts';
import { realert } from '../escalation/re-alert.ts';
import { armReopening, holdingWords } from '../escalation/reopen-holding.ts';
import { restoreAssignments } from '../escalation/restore-assignments.ts';
import type { HoldingRow } from '../incidents/holding.ts';
import { nextIncidentState } from '../incidents/incident-lifecycle.ts';
import { appendEntry, saveIncident, warningsOf } from '../incidents/timeline.ts';
import type { Words } from '../words.ts';
import { type ActionContext, requireActor, requireIncident, requireOpen } from './action.ts';
import { releaseAll } from './move-assignment.ts';

const outcomeWords: Record<Outcome, { zh: string; en: string }> = {
  real: { zh: '真警', en: 'real' },
  false: { zh: '误报', en: 'false alarm' },
  test: { zh: '测试', en: 'test' },
  drill: { zh: '演练', en: 'drill' },
};

/**
 * Ends an incident with what it was; whoever is still assigned is released.
 *
 * @throws {DispatchError} `INCIDENT_NOT_ACKNOWLEDGED` where its newest alarm was seen by nobody.
 */
export async function resolve(
  context: ActionContext,
  id: string,
  body: ResolveIncident,
): Promise<ActionDone> {
  const { transaction, escalation, reopenMs } = context;
  const incident = await requireIncident(transaction, id);
  const actor = requireActor(transaction.registry, incident.community, body.actor);
  requireOpen(incident);
  const next = nextIncidentState(incident.state, 'resolve');
  if (!next) {
    const message = `incident ${incident.number} has an alarm that nobody acknowledged; acknowledge it first`;
    throw new DispatchError('INCIDENT_NOT_ACKNOWLEDGED', message);
  }
  await releaseAll(transaction, incident, actor);
  incident.state = next;
  incident.resolved_at = transaction.now;
  incident.outcome = body.outcome;
  await escalation.stop(transaction, id);
  const holding = await armReopening(transaction, incident, reopenMs);
  await appendEntry(transaction, incident, {
    type: 'resolved',
    actor,
    words: resolvedWords(body, holding),
    warnings: await warningsOf(transaction, id),
    outcome: body.outcome,
  });
  await saveIncident(transaction, incident);
  return { incident: id, version: incident.version, changed: true };
}

/** The outcome, the note, and what is not over: nobody may read that it is. */
function resolvedWords({ outcome, note }: ResolveIncident, holding: readonly HoldingRow[]): Words {
  const { zh, en } = outcomeWords[outcome];
  const still = holdingWords(holding);
  const [stillZh, stillEn] =
    holding.length === 0
      ? ['', '']
      : [
          `（设备仍在报警：${still.zh}，不恢复将重新打开）`,
          ` (the device still says ${still.en}: opened again unless it ends)`,
        ];
  return {
    zh: `${zh}${stillZh}${note ? `：${note}` : ''}`,
    en: `Resolved as ${en}${stillEn}${note ? `: ${note}` : ''}`,
  };
}

/**
 * Undoes a resolve: the incident is acknowledged again, and whoever was going goes. Where somebody was and nobody is again,
 * it is re-alerted.
 *
 * @throws {DispatchError} `INCIDENT_NOT_RESOLVED`.
 */
export async function reopen(
  { transaction, escalation }: ActionContext,
  id: string,
  body: ReopenIncident,
): Promise<ActionDone> {
  const incident = await requireIncident(transaction, id);
  const actor = requireActor(transaction.registry, incident.community, body.actor);
  const next = nextIncidentState(incident.state, 'reopen');
  if (!next) throw new DispatchError('INCIDENT_NOT_RESOLVED', `incident ${incident.number} is open`);
  const { isLost, words } = await restoreAssignments(transaction, incident);
  incident.state = next;
  incident.resolved_at = null;
  incident.reopen_at = null;
  incident.outcome = null;
  // One that closed by itself was seen by nobody until now.
  incident.acknowledged_at ??= transaction.now;
  incident.acknowledged_by ??= actor.name;
  await appendEntry(transaction, incident, {
    type: 'reopened',
    actor,
    words: {
      zh: `${actor.name} 重新打开${isLost ? '；原派人员不能恢复，重新通知' : words.zh}`,
      en: `Reopened by ${actor.name}${isLost ? '; whoever was going cannot be sent back: told anew' : words.en}`,
    },
    warnings: await warningsOf(transaction, id),
  });
  if (isLost) await realert(transaction, escalation, incident, transaction.now);
  await saveIncident(transaction, incident);
  return { incident: id, version: incident.version, changed: true };
}

/** Writes a person's words on the timeline, also of a resolved incident. */
export async function addNote(
  { transaction }: ActionContext,
  id: string,
  body: AddNote,
): Promise<ActionDone> {
  const incident = await requireIncident(transaction, id);
  const actor = requireActor(transaction.registry, incident.community, body.actor);
  await appendEntry(transaction, incident, { type: 'note', actor, words: { zh: body.text, en: body.text } });
  await saveIncident(transaction, incident);
  return { incident: id, version: incident.version, changed: true };
}
