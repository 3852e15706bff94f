import { AbilityBuilder, createMongoAbility, type MongoAbility, subject } from '@casl/ability';
import { type DataClass, isStaffRole, type ViewerRole } from './roles.ts';

/** What people may be entitled to, one by one. */
export type Permission =
  | 'see'
  | 'open'
  | 'acknowledge'
  | 'assign'
  | 'move'
  | 'note'
  | 'resolve'
  | 'reopen'
  | 'command'
  | 'enrol'
  | 'call'
  | 'ask-visit'
  | 'export'
  | 'register'
  | 'replay'
  | 'discard';

/** Whose rights are asked about. */
export interface RightsHolder {
  /** Id of the person, or of the wall. */
  person: string;
  community: string;
  roles: readonly ViewerRole[];
  /** Elders that a relative follows, each with the classes the elder shares with them. */
  elders: readonly { resident: string; classes: readonly DataClass[] }[];
}

/** What is asked for, with what its rights depend on. */
export interface RightsSubjects {
  /** All of a community at a glance: incidents, devices, gates, places, staff. */
  Community: { id: string };
  /** `reached` are its people: assigned and active, or notified and not answered yet. */
  Incident: { community: string; isOpen: boolean; reached: readonly string[] };
  /** A responder's own way to the scene. */
  Assignment: { community: string; person: string };
  /** What to know on arrival: residents, notes, whom to call. `going` are those with an active assignment. */
  ArrivalInfo: { community: string; isOpen: boolean; going: readonly string[] };
  Device: { community: string };
  Wall: { community: string };
  /** What could not be read of what gateways sent, with what it carried. */
  DeadLetter: { community: string };
  /** One class of what is known of an elder. */
  Elder: { resident: string; class: DataClass | 'any' };
}

type Ability = MongoAbility;

/** Rights of a holder, the same on the server and in its pages. */
export interface Rights {
  may<S extends keyof RightsSubjects>(permission: Permission, kind: S, about: RightsSubjects[S]): boolean;
}

/**
 * The rights that follow from somebody's relation to the community (DESIGN.md, promise 12).
 *
 * A wall sees and does nothing: an action there is that of the person who gave their PIN, with that person's rights.
 */
export function rightsOf(holder: RightsHolder): Rights {
  const ability = abilityOf(holder);
  return {
    // Asked of the very object: by its type alone a conditional right would answer yes.
    may: (permission, kind, about) => ability.can(permission, subject(kind, { ...about })),
  };
}

function abilityOf({ person, community, roles, elders }: RightsHolder): Ability {
  const { can, build } = new AbilityBuilder<Ability>(createMongoAbility);
  const isStaff = roles.some(isStaffRole);
  if (isStaff || roles.includes('wall')) {
    can('see', 'Community', { id: community });
    can('see', ['Incident', 'Device'], { community });
  }
  if (isStaff) {
    can(['open', 'acknowledge', 'assign', 'note', 'resolve', 'reopen'], 'Incident', { community });
    can('move', 'Assignment', { community });
    can('see', 'ArrivalInfo', { community, isOpen: true });
    can('command', 'Device', { community });
  }
  if (roles.includes('manager')) {
    can(['see', 'enrol'], 'Wall', { community });
    can('export', 'Community', { id: community });
    can(['see', 'replay', 'discard'], 'DeadLetter', { community });
    can('register', 'Device', { community });
  }
  if (roles.includes('responder')) {
    can(['see', 'note', 'assign'], 'Incident', { community, isOpen: true, reached: person });
    can('move', 'Assignment', { community, person });
    can('see', 'ArrivalInfo', { community, isOpen: true, going: person });
  }
  if (roles.includes('family')) {
    for (const { resident, classes } of elders) {
      can(['see', 'ask-visit'], 'Elder', { resident, class: 'any' });
      can('see', 'Elder', { resident, class: { $in: [...classes] } });
      if (classes.includes('alarms')) can('call', 'Elder', { resident, class: 'any' });
    }
  }
  return build();
}
