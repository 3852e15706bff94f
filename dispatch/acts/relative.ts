import type { Registry } from '#registry/registry.ts';
import { DispatchError } from '../errors.ts';

/** A resident as a relative's act concerns them. */
export interface ResidentOfRelative {
  id: string;
  dwelling: string;
}

/**
 * The resident a relative may act for.
 *
 * @throws {DispatchError} `RESIDENT_UNKNOWN` where there is none, or the person is no relative of theirs.
 */
export function requireRelative(registry: Registry, person: string, resident: string): ResidentOfRelative {
  const found = registry.residents.get(resident);
  if (found && isRelative(registry, person, resident)) return { id: resident, dwelling: found.dwelling };
  throw new DispatchError('RESIDENT_UNKNOWN', `${person} follows no resident ${resident}`, '/resident');
}

/** Whether a person is a relative of somebody who lives in a dwelling. */
export function isRelativeOfDwelling(registry: Registry, person: string, dwelling: string | null): boolean {
  for (const resident of registry.residents.values()) {
    if (resident.dwelling === dwelling && isRelative(registry, person, resident.id)) return true;
  }
  return false;
}

function isRelative(registry: Registry, person: string, resident: string): boolean {
  const rights = registry.people.get(person)?.rights ?? [];
  return rights.some(({ role, scope }) => role === 'family' && scope === resident);
}
