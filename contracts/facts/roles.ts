import { type Static, Type } from 'typebox';

/**
 * What a person is in a community: guard and manager are its staff, a responder goes to the scene, family
 * follows one elder (the scope of the right is the resident's id).
 */
export const roles = ['guard', 'manager', 'responder', 'family'] as const;
export const Role = Type.Enum(roles);
export type Role = Static<typeof Role>;

/** Roles of a signed-in viewer: those of people, and `wall`, a screen without a signed-in person. */
export const viewerRoles = [...roles, 'wall'] as const;
export const ViewerRole = Type.Enum(viewerRoles);
export type ViewerRole = Static<typeof ViewerRole>;

/** True for a role of the property's staff, who watch over the whole community. */
export function isStaffRole(role: string): boolean {
  return role === 'guard' || role === 'manager';
}

/**
 * Classes of an elder's data that the elder shares, or not, with each relative: what happens to them
 * (`alarms`), that and how much they move (`activity`: got up, steps, worn, battery), and `vitals`.
 */
export const dataClasses = ['alarms', 'activity', 'vitals'] as const;
export const DataClass = Type.Enum(dataClasses);
export type DataClass = Static<typeof DataClass>;
