import { isActiveAssignment } from '#contracts/facts/assignments.ts';
import { eventKinds } from '#contracts/facts/event-kinds.ts';
import { type Quantity, quantities, quantityFacts } from '#contracts/facts/quantities.ts';
import { type Rights, type RightsHolder, rightsOf } from '#contracts/facts/rights.ts';
import { type DataClass, isStaffRole, type ViewerRole } from '#contracts/facts/roles.ts';
import type { Assignment } from '#contracts/incident.ts';
import type { DeviceState, LatestValue } from '#contracts/warning-transition.ts';
import type { CommunityRegistry, Person } from '#registry/community-registry.ts';
import type { Registry } from '#registry/registry.ts';

/** Somebody signed in, with what their relation to the community allows. */
export interface Viewer extends RightsHolder {
  name: string;
  roles: ViewerRole[];
  elders: { resident: string; classes: DataClass[] }[];
  rights: Rights;
}

/** A viewer with the rights that follow from what they are. */
export function withRights(holder: Omit<Viewer, 'rights'>): Viewer {
  return { ...holder, rights: rightsOf(holder) };
}

/** A person, whose id names them within their community alone. */
export interface PersonOfCommunity {
  community: string;
  person: string;
}

/**
 * What a person may be shown; undefined where they may see nothing. A role narrowed to part of the community
 * opens nothing yet: showing them all of it would be more than they were given.
 */
export function viewerOf(registry: Registry, who: PersonOfCommunity): Viewer | undefined {
  const own = registry.of(who.community);
  const person = own?.people.get(who.person);
  if (!own || person?.enabled !== 1) return undefined;
  const elders = eldersOf(own, person);
  const roles: ViewerRole[] = [...postsOf(person), ...(elders.length > 0 ? (['family'] as const) : [])];
  if (roles.length === 0) return undefined;
  return withRights({ person: person.id, name: person.name, community: person.community, roles, elders });
}

/** The posts a person holds in the whole community: those who may be sent to a scene have one. */
export function postsOf(person: Person): ViewerRole[] {
  const posts = person.rights.filter(
    ({ role, scope }) => scope === '' && (isStaffRole(role) || role === 'responder'),
  );
  return posts.map(({ role }) => role as ViewerRole);
}

/** Elders a relative follows: named by a right of theirs, living there, and sharing something with them. */
function eldersOf(own: CommunityRegistry, person: Person): Viewer['elders'] {
  const followed = new Set(
    person.rights.filter(({ role }) => role === 'family').map(({ scope: resident }) => resident),
  );
  return own
    .consentsOf(person.id)
    .filter(
      ({ resident, classes }) => followed.has(resident) && classes.length > 0 && own.residents.has(resident),
    )
    .map(({ resident, classes }) => ({ resident, classes }));
}

/** Whether two looks at a person's rights show the same. */
export function isSameViewer(a: Viewer, b: Viewer): boolean {
  const shown = ({ community, roles, elders }: Viewer) => JSON.stringify([community, roles, elders]);
  return shown(a) === shown(b);
}

/** Whether an assignment still sends its person to the scene. */
export function isGoing({ state }: Pick<Assignment, 'state'>): boolean {
  return isActiveAssignment(state);
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
