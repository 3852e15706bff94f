import type { ActDone, FamilyCalled } from '#contracts/dispatch-api.ts';
import { DispatchError } from '../errors.ts';
import { maxHoldMs } from '../escalation/escalation.ts';
import { appendLine, saveIncident } from '../incidents/timeline.ts';
import type { IncidentRow } from '../tables.ts';
import { type ActContext, requireActor, requireIncident, requireOpen } from './act.ts';
import { isRelativeOfDwelling } from './relative.ts';

/** How often calls may put the next step of one incident off: after that somebody goes and looks. */
export const maxHolds = 2;

/**
 * A relative has called the elder: it stands on the timeline. Of an inactivity incident nobody answered yet
 * the next step waits 15 min, twice at most; life safety and everything else is never held.
 *
 * @throws {DispatchError} `INCIDENT_UNKNOWN` where it is not of an elder they follow, `INCIDENT_RESOLVED`.
 */
export async function familyCalled(context: ActContext, id: string, body: FamilyCalled): Promise<ActDone> {
  const { writing, escalation } = context;
  const incident = await requireIncident(writing, id);
  const actor = requireActor(writing.registry, incident.community, body.actor);
  if (!isRelativeOfDwelling(writing.registry, { ...incident, person: actor.id })) {
    throw new DispatchError('INCIDENT_UNKNOWN', `there is no incident ${id} of an elder ${actor.id} follows`);
  }
  requireOpen(incident);
  const isHeld = mayHold(incident) && (await escalation.hold(writing, id, writing.now + maxHoldMs));
  if (isHeld) incident.holds += 1;
  await appendLine(writing, incident, {
    type: 'family-called',
    actor,
    words: {
      zh: `${actor.name} 已致电${isHeld ? '，下一步通知推迟 15 分钟' : ''}`,
      en: `${actor.name} has called${isHeld ? '; the next step waits 15 min' : ''}`,
    },
  });
  await saveIncident(writing, incident);
  return { incident: id, version: incident.version, changed: true };
}

function mayHold({ kind, life_safety, state, holds }: IncidentRow): boolean {
  return kind === 'inactivity' && life_safety === 0 && state === 'new' && holds < maxHolds;
}
