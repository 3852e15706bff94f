import type { ActionDone, FamilyCalled } from '#contracts/dispatch-api.ts';
import { DispatchError } from '../errors.ts';
import { maxHoldMs } from '../escalation/escalation.ts';
import { appendEntry, saveIncident } from '../incidents/timeline.ts';
import type { IncidentRow } from '../storage/tables.ts';
import { type ActionContext, requireActor, requireIncident, requireOpen } from './action.ts';
import { isRelativeOfDwelling } from './relative.ts';

/** How often calls may put the next step of one incident off: after that somebody goes and looks. */
export const maxHolds = 2;

/**
 * A relative has called the elder: it is added to the timeline. On an unanswered inactivity incident
 * the next step waits 15 min, twice at most; life safety and everything else is never held.
 *
 * @throws {DispatchError} `INCIDENT_UNKNOWN` where it is not of an elder they follow, `INCIDENT_RESOLVED`.
 */
export async function familyCalled(
  context: ActionContext,
  id: string,
  body: FamilyCalled,
): Promise<ActionDone> {
  const { transaction, escalation } = context;
  const incident = await requireIncident(transaction, id);
  const actor = requireActor(transaction.registry, incident.community, body.actor);
  if (!isRelativeOfDwelling(transaction.registry, { ...incident, person: actor.id })) {
    throw new DispatchError('INCIDENT_UNKNOWN', `there is no incident ${id} of an elder ${actor.id} follows`);
  }
  requireOpen(incident);
  const isHeld = mayHold(incident) && (await escalation.hold(transaction, id, transaction.now + maxHoldMs));
  if (isHeld) incident.holds += 1;
  await appendEntry(transaction, incident, {
    type: 'family-called',
    actor,
    words: {
      zh: `${actor.name} 已致电${isHeld ? '，下一步通知推迟 15 分钟' : ''}`,
      en: `${actor.name} has called${isHeld ? '; the next step waits 15 min' : ''}`,
    },
  });
  await saveIncident(transaction, incident);
  return { incident: id, version: incident.version, changed: true };
}

function mayHold({ kind, life_safety, state, holds }: IncidentRow): boolean {
  return kind === 'inactivity' && life_safety === 0 && state === 'new' && holds < maxHolds;
}
