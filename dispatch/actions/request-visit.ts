import { sql } from 'kysely';
import type { ActionDone, RequestVisit } from '#contracts/dispatch-api.ts';
import { isActiveAssignment } from '#contracts/facts/assignments.ts';
import { levelOfKind } from '#contracts/facts/incident-kinds.ts';
import { isWorse } from '#contracts/facts/levels.ts';
import { attachKeyOf } from '../alarms/alarm.ts';
import { DispatchError } from '../errors.ts';
import { assignmentsOf, realert } from '../escalation/re-alert.ts';
import { openIncident } from '../incidents/open-incident.ts';
import { appendEntry, saveIncident } from '../incidents/timeline.ts';
import type { IncidentTransaction } from '../storage/incident-database.ts';
import type { IncidentRow } from '../storage/tables.ts';
import { type ActionContext, requireActor } from './action.ts';
import { requireRelative } from './relative.ts';

const visitLevel = levelOfKind('visit-request');

/**
 * A relative asks that somebody goes and looks. It joins the open incident of the elder's dwelling, which asks to be
 * acknowledged anew where it had been, or opens one. A request is not made twice while it still sounds or somebody goes;
 * one that was only seen is made again.
 *
 * @throws {DispatchError} `RESIDENT_UNKNOWN`, `ACTOR_UNKNOWN`.
 */
export async function requestVisit(
  context: ActionContext,
  _id: string,
  body: RequestVisit,
): Promise<ActionDone> {
  const { transaction, escalation } = context;
  const { registry, now } = transaction;
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

  const all = await openIncidentsOf(transaction, body.community, dwelling);
  const requested = await findRequested(transaction, all);
  if (requested && (requested.state === 'new' || (await hasSomebodyGoing(transaction, requested))))
    return { incident: requested.id, version: requested.version, changed: false };
  // One the platform opened is about being reached, not about the dwelling.
  const open = requested ?? all.find(({ source }) => source !== 'platform');
  if (open) {
    await appendEntry(transaction, open, { type: 'visit-requested', actor, words, level: visitLevel });
    const isLifted = isWorse(visitLevel, open.level);
    if (isLifted) open.level = visitLevel;
    // Whoever called first and then asks for a visit has not been reassured.
    await escalation.resume(transaction, open.id);
    if (open.state !== 'new' || isLifted) await realert(transaction, escalation, open, now);
    await saveIncident(transaction, open);
    return { incident: open.id, version: open.version, changed: true };
  }
  const at = { building: place.building, unit: place.unit, dwelling, label: place.label };
  const incident = await openIncident(transaction, {
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
  await appendEntry(transaction, incident, { type: 'visit-requested', actor, words, level: visitLevel });
  await escalation.start(transaction, incident);
  await saveIncident(transaction, incident);
  return { incident: incident.id, version: incident.version, changed: true };
}

async function hasSomebodyGoing(transaction: IncidentTransaction, { id }: IncidentRow): Promise<boolean> {
  return (await assignmentsOf(transaction, id)).some(({ state }) => isActiveAssignment(state));
}

/** Open incidents of a dwelling, worst first. */
function openIncidentsOf(
  transaction: IncidentTransaction,
  community: string,
  dwelling: string,
): Promise<IncidentRow[]> {
  return transaction.trx
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
async function findRequested(
  transaction: IncidentTransaction,
  incidents: IncidentRow[],
): Promise<IncidentRow | undefined> {
  if (incidents.length === 0) return undefined;
  const row = await transaction.trx
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
