import type { OpenIncidentRequest } from '#contracts/rest.ts';
import type { Registry } from '#registry/registry.ts';
import { DashboardError } from '../errors.ts';
import { postsOf } from './rights.ts';

/** Checks that a place is of the community. @throws {DashboardError} `DASHBOARD_PLACE_UNKNOWN` with its path. */
export function requirePlace(
  registry: Registry,
  community: string,
  place: OpenIncidentRequest['place'],
): void {
  const own = registry.of(community);
  const refuse = (part: 'building' | 'unit' | 'dwelling') => {
    throw new DashboardError('DASHBOARD_PLACE_UNKNOWN', `no ${part} "${place[part]}" in this community`, {
      path: `/place/${part}`,
    });
  };
  if (place.building !== undefined && !own?.buildings.has(place.building)) refuse('building');
  if (place.unit !== undefined && !own?.units.has(place.unit)) refuse('unit');
  if (place.dwelling !== undefined && !own?.dwellings.has(place.dwelling)) refuse('dwelling');
}

/** Checks that a person of the community may be assigned. @throws {DashboardError} `DASHBOARD_PERSON_UNKNOWN`. */
export function requirePerson(registry: Registry, community: string, person: string): void {
  const found = registry.of(community)?.people.get(person);
  if (found?.enabled === 1 && postsOf(found).length > 0) return;
  throw new DashboardError('DASHBOARD_PERSON_UNKNOWN', `no person "${person}" who may be assigned here`, {
    path: '/person',
  });
}
