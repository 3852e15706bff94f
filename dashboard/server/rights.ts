import { eventKinds } from '#contracts/event-kinds.ts';
import { type Quantity, quantities, quantityFacts } from '#contracts/quantities.ts';
import { isStaffRole, type ViewerRole } from '#contracts/roles.ts';
import type { DeviceState, LatestValue } from '#contracts/warning-transition.ts';
import type { Registry } from '#registry/registry.ts';

/** Somebody signed in, with what their relation to the community allows. */
export interface Viewer {
  person: string;
  name: string;
  community: string;
  roles: ViewerRole[];
}

/**
 * What a person may be shown; undefined where they may see nothing. A role narrowed to part of the community
 * opens nothing yet: showing them all of it would be more than they were given.
 */
export function viewerOf(registry: Registry, personId: string): Viewer | undefined {
  const person = registry.people.get(personId);
  if (person?.enabled !== 1 || !registry.communities.has(person.community)) return undefined;
  const roles = person.rights
    .filter(({ role, scope }) => isStaffRole(role) && scope === '')
    .map(({ role }) => role as ViewerRole);
  return roles.length > 0
    ? { person: person.id, name: person.name, community: person.community, roles }
    : undefined;
}

/** Whether two looks at a person's rights show the same. */
export function isSameViewer(a: Viewer, b: Viewer): boolean {
  return a.community === b.community && a.roles.join() === b.roles.join();
}

/** Staff see their own community and nothing of another. */
export function maySee(viewer: Viewer, community: string): boolean {
  return viewer.community === community;
}

/** Quantities that tell where a wearer goes or what they do. */
const trails: Quantity[] = ['speed', 'roll-count'];

/**
 * A device's state as staff may see it outside an incident: that it is heard, its battery and its events,
 * never vitals or trails (DESIGN.md, promise 12). What is not known to be harmless is left out.
 */
export function visibleDeviceState(state: DeviceState): DeviceState {
  const latest: Record<string, LatestValue> = {};
  for (const [key, value] of Object.entries(state.latest)) if (isForStaff(key)) latest[key] = value;
  return { ...state, latest };
}

function isForStaff(key: string): boolean {
  if (Object.hasOwn(eventKinds, key)) return true;
  if (!Object.hasOwn(quantities, key)) return false;
  const quantity = key as Quantity;
  return quantityFacts(quantity).loinc === undefined && !trails.includes(quantity);
}
