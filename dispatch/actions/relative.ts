import type { CommunityRegistry } from '#registry/community-registry.ts';
import type { Registry } from '#registry/registry.ts';
import { DispatchError } from '../errors.ts';

/** A resident as a relative's action concerns them. */
export interface ResidentOfRelative {
  id: string;
  dwelling: string;
}

/**
 * The resident a relative may act for.
 *
 * @throws {DispatchError} `RESIDENT_UNKNOWN` where there is none, or the person is no relative of theirs.
 */
export function requireRelative(
  registry: Registry,
  { community, person, resident }: { community: string; person: string; resident: string },
): ResidentOfRelative {
  const own = registry.of(community);
  const found = own?.residents.get(resident);
  if (found && isRelative(own, person, resident)) return { id: resident, dwelling: found.dwelling };
  throw new DispatchError('RESIDENT_UNKNOWN', `${person} follows no resident ${resident}`, '/resident');
}

/** Whether a person is a relative of somebody who lives in a dwelling of their community. */
export function isRelativeOfDwelling(
  registry: Registry,
  { community, person, dwelling }: { community: string; person: string; dwelling: string | null },
): boolean {
  const own = registry.of(community);
  const residents = dwelling === null ? [] : (own?.residentsOfDwelling(dwelling) ?? []);
  return residents.some(({ id }) => isRelative(own, person, id));
}

function isRelative(own: CommunityRegistry | undefined, person: string, resident: string): boolean {
  const rights = own?.people.get(person)?.rights ?? [];
  return rights.some(({ role, scope }) => role === 'family' && scope === resident);
}
