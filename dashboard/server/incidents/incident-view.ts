import type { Incident, TimelineEntry, TimelineType } from '#contracts/incident.ts';
import type { ArrivalInfo } from '#contracts/rest.ts';
import type { Registry } from '#registry/registry.ts';
import { isGoing, type Viewer } from '../identity/rights.ts';

/** Lines that carry what staff wrote: the closing note stands in `resolved`. */
const writtenByStaff: readonly TimelineType[] = ['note', 'resolved'];

/** Whether a viewer may know what to know on arrival; it opens with the assignment and closes with the incident. */
export function maySeeArrivalInfo({ rights }: Viewer, { community, state, assignments }: Incident): boolean {
  const going = assignments.filter(isGoing).map(({ person }) => person);
  return rights.may('see', 'ArrivalInfo', { community, isOpen: state !== 'resolved', going });
}

/** An incident as a viewer sees it: who was told of it and does not go is not given the number to call back. */
export function incidentFor(viewer: Viewer, incident: Incident): Incident {
  if (seesAll(viewer, incident)) return incident;
  const { callBack: _, ...rest } = incident;
  return rest;
}

/** Lines of a timeline as a viewer sees them: what staff wrote opens with the assignment. */
export function timelineFor(viewer: Viewer, incident: Incident, lines: TimelineEntry[]): TimelineEntry[] {
  if (seesAll(viewer, incident)) return lines;
  return lines.filter(({ type }) => !writtenByStaff.includes(type));
}

function seesAll(viewer: Viewer, incident: Incident): boolean {
  return (
    viewer.rights.may('see', 'Community', { id: incident.community }) || maySeeArrivalInfo(viewer, incident)
  );
}

/** What to know on arrival at an incident; undefined where it has no dwelling. */
export function arrivalInfoOf(registry: Registry, { place, community }: Incident): ArrivalInfo | undefined {
  const own = registry.of(community);
  if (!own || place.dwelling === undefined) return undefined;
  const residents = own.residentsOfDwelling(place.dwelling);
  const ids = new Set(residents.map(({ id }) => id));
  const family = [...own.people.values()].filter(
    (person) =>
      person.enabled === 1 && person.rights.some(({ role, scope }) => role === 'family' && ids.has(scope)),
  );
  return {
    residents: residents.map(({ id, name, lives_alone, arrival_note }) => ({
      id,
      ...(name !== null && { name }),
      livesAlone: lives_alone === 1,
      ...(arrival_note !== null && { arrivalNote: arrival_note }),
    })),
    family: family.map(({ name, phone }) => ({ name, ...(phone !== null && { phone }) })),
  };
}
