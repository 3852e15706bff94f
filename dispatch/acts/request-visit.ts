import { sql } from 'kysely';
import type { ActDone, RequestVisit } from '#contracts/dispatch-api.ts';
import { isWorse, type Level } from '#contracts/levels.ts';
import { attachKeyOf } from '../alarms/alarm.ts';
import { DispatchError } from '../errors.ts';
import { soundAnew } from '../escalation/sound-anew.ts';
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
 * acknowledged anew where it had been, or opens one; a request that stands is not made twice.
 *
 * @throws {DispatchError} `RESIDENT_UNKNOWN`, `ACTOR_UNKNOWN`.
 */
export async function requestVisit(context: ActContext, _id: string, body: RequestVisit): Promise<ActDone> {
  const { writing, escalation } = context;
  const { registry, now } = writing;
  const actor = requireActor(registry, body.community, body.actor);
  const { dwelling } = requireRelative(registry, actor.id, body.resident);
  const place = registry.dwellings.get(dwelling);
  if (!place) throw new DispatchError('RESIDENT_UNKNOWN', `${body.resident} lives nowhere`, '/resident');
  const words = { zh: `${actor.name} 请求上门看望`, en: `${actor.name} asks that somebody goes and looks` };

  const open = await openIncidentOf(writing, dwelling);
  if (open && (await asksForVisit(writing, open.id))) {
    return { incident: open.id, version: open.version, changed: false };
  }
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

function openIncidentOf(writing: Writing, dwelling: string): Promise<IncidentRow | undefined> {
  return writing.trx
    .selectFrom('incident')
    .selectAll()
    .where('dwelling', '=', dwelling)
    .where('state', '<>', sql.lit('resolved' as const))
    .where('drill', '=', 0)
    .orderBy('rank')
    .orderBy('opened_at')
    .limit(1)
    .executeTakeFirst();
}

async function asksForVisit(writing: Writing, incident: string): Promise<boolean> {
  const row = await writing.trx
    .selectFrom('timeline')
    .select('sequence')
    .where('incident', '=', incident)
    .where('type', '=', 'visit-requested')
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}
