import { sql } from 'kysely';
import type { ActDone, RequestVisit } from '#contracts/dispatch-api.ts';
import { isWorse, type Level } from '#contracts/facts/levels.ts';
import { attachKeyOf } from '../alarms/alarm.ts';
import { DispatchError } from '../errors.ts';
import { assignmentsOf } from '../escalation/nobody-going.ts';
import { soundAnew } from '../escalation/sound-anew.ts';
import { isActiveAssignment } from '../incidents/assignment-lifecycle.ts';
import type { Writing } from '../incidents/incident-file.ts';
import { openIncident } from '../incidents/open-incident.ts';
import { appendLine, saveIncident } from '../incidents/timeline.ts';
import type { IncidentRow } from '../tables.ts';
import { type ActContext, requireActor } from './act.ts';
import { requireRelative } from './relative.ts';

/** A relative who asks is answered by somebody: it sounds until then. */
const visitLevel: Level = 'orange';

/**
 * A relative asks that somebody goes and looks. It joins the open incident of the elder's dwelling, which asks to be
 * acknowledged anew where it had been, or opens one. A request is not made twice while it still sounds or somebody goes;
 * one that was only seen is made again.
 *
 * @throws {DispatchError} `RESIDENT_UNKNOWN`, `ACTOR_UNKNOWN`.
 */
export async function requestVisit(context: ActContext, _id: string, body: RequestVisit): Promise<ActDone> {
  const { writing, escalation } = context;
  const { registry, now } = writing;
  const actor = requireActor(registry, body.community, body.actor);
  const { dwelling } = requireRelative(registry, {
    community: body.community,
    person: actor.id,
    resident: body.resident,
  });
  const place = registry.of(body.community)?.dwellings.get(dwelling);
  if (!place) {
    const message = `${body.resident} does not live in ${body.community}`;
    throw new DispatchError('RESIDENT_UNKNOWN', message, '/resident');
  }
  const words = { zh: `${actor.name} 请求上门看望`, en: `${actor.name} asks that somebody goes and looks` };

  const all = await openIncidentsOf(writing, body.community, dwelling);
  const standing = await findAsking(writing, all);
  if (standing && (standing.state === 'new' || (await hasSomebodyGoing(writing, standing))))
    return { incident: standing.id, version: standing.version, changed: false };
  // One the platform opened is about being reached, not about the dwelling.
  const open = standing ?? all.find(({ source }) => source !== 'platform');
  if (open) {
    await appendLine(writing, open, { type: 'visit-requested', actor, words, level: visitLevel });
    const isLifted = isWorse(visitLevel, open.level);
    if (isLifted) open.level = visitLevel;
    // Whoever called first and then asks for a visit has not been reassured.
    await escalation.resume(writing, open.id);
    if (open.state !== 'new' || isLifted) await soundAnew(writing, escalation, open, now);
    await saveIncident(writing, open);
    return { incident: open.id, version: open.version, changed: true };
  }
  const at = { building: place.building, unit: place.unit, dwelling, label: place.label };
  const incident = await openIncident(writing, {
    community: body.community,
    kind: 'visit-request',
    level: visitLevel,
    lifeSafety: false,
    late: false,
    drill: false,
    source: 'family',
    place: at,
    attachKey: attachKeyOf({ kind: 'visit-request' }, at, body.resident),
    actor,
    openedAt: now,
  });
  await appendLine(writing, incident, { type: 'visit-requested', actor, words, level: visitLevel });
  await escalation.start(writing, incident);
  await saveIncident(writing, incident);
  return { incident: incident.id, version: incident.version, changed: true };
}

async function hasSomebodyGoing(writing: Writing, { id }: IncidentRow): Promise<boolean> {
  return (await assignmentsOf(writing, id)).some(({ state }) => isActiveAssignment(state));
}

/** Open incidents of a dwelling, worst first. */
function openIncidentsOf(writing: Writing, community: string, dwelling: string): Promise<IncidentRow[]> {
  return writing.trx
    .selectFrom('incident')
    .selectAll()
    .where('community', '=', community)
    .where('dwelling', '=', dwelling)
    .where('state', '<>', sql.lit('resolved' as const))
    .where('drill', '=', 0)
    .orderBy('rank')
    .orderBy('opened_at')
    .execute();
}

/** The first of the incidents on which a visit is asked for. */
async function findAsking(writing: Writing, incidents: IncidentRow[]): Promise<IncidentRow | undefined> {
  if (incidents.length === 0) return undefined;
  const row = await writing.trx
    .selectFrom('timeline')
    .select('incident')
    .where(
      'incident',
      'in',
      incidents.map(({ id }) => id),
    )
    .where('type', '=', 'visit-requested')
    .limit(1)
    .executeTakeFirst();
  return incidents.find(({ id }) => id === row?.incident);
}
