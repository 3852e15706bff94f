import type { ActionDone, OpenIncident } from '#contracts/dispatch-api.ts';
import { kindFacts, levelOfKind } from '#contracts/facts/incident-kinds.ts';
import type { Place } from '#contracts/incident.ts';
import type { Registry } from '#registry/registry.ts';
import { attachKeyOf } from '../alarms/alarm.ts';
import { DispatchError } from '../errors.ts';
import { openIncident } from '../incidents/open-incident.ts';
import { saveIncident } from '../incidents/timeline.ts';
import { type ActionContext, requireActor } from './action.ts';

/**
 * Opens an incident at the desk. It sounds and escalates as any other; later alarms of its place attach.
 *
 * @throws {DispatchError} `COMMUNITY_UNKNOWN`, `PLACE_UNKNOWN`, `KIND_NOT_BY_HAND`, `ACTOR_UNKNOWN`.
 */
export async function openByHand(
  { transaction, escalation }: ActionContext,
  _id: string,
  body: OpenIncident,
): Promise<ActionDone> {
  const { registry, now } = transaction;
  if (!registry.communities.has(body.community)) {
    throw new DispatchError('COMMUNITY_UNKNOWN', `there is no community ${body.community}`, '/community');
  }
  const actor = requireActor(registry, body.community, body.actor);
  const { lifeSafety = false, platformOnly } = kindFacts(body.kind);
  if (platformOnly) {
    throw new DispatchError('KIND_NOT_BY_HAND', `${body.kind} is opened by the platform alone`, '/kind');
  }
  const place = requirePlace(registry, body.community, body.place);
  const incident = await openIncident(transaction, {
    community: body.community,
    kind: body.kind,
    level: body.level ?? levelOfKind(body.kind),
    lifeSafety,
    late: false,
    drill: body.drill ?? false,
    source: 'desk',
    place,
    attachKey: place.building ? attachKeyOf({ kind: body.kind }, place, body.request) : undefined,
    callBack: body.callBack,
    actor,
    openedAt: now,
  });
  await escalation.start(transaction, incident);
  await saveIncident(transaction, incident);
  return { incident: incident.id, version: incident.version, changed: true };
}

/** Completes a place from its finest part. @throws {DispatchError} `PLACE_UNKNOWN`. */
function requirePlace(registry: Registry, community: string, place: Place): Place {
  const ours = registry.of(community);
  const dwelling = ours?.dwellings.get(place.dwelling ?? '');
  const unit = ours?.units.get(place.unit ?? '');
  const building = dwelling?.building ?? unit?.building ?? place.building;
  const refuse = (part: 'building' | 'unit' | 'dwelling') => {
    const found = `${place[part]} is no ${part} of ${community}`;
    return new DispatchError('PLACE_UNKNOWN', found, `/place/${part}`);
  };
  if (place.dwelling !== undefined && !dwelling) throw refuse('dwelling');
  if (place.unit !== undefined && !unit) throw refuse('unit');
  if (place.unit !== undefined && dwelling && dwelling.unit !== place.unit) throw refuse('unit');
  if (place.building !== undefined && !(ours?.buildings.has(place.building) && place.building === building)) {
    throw refuse('building');
  }
  return { building, unit: dwelling?.unit ?? unit?.id, dwelling: dwelling?.dwelling, label: place.label };
}
