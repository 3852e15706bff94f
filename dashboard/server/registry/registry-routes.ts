import { DeviceId } from '#contracts/facts/identifiers.ts';
import { DeviceList, DeviceView, type OpenIncidentRequest, PeopleList, PlaceTree } from '#contracts/rest.ts';
import { objectOf } from '#contracts/schema.ts';
import type { CommunityRegistry, Device } from '#registry/community-registry.ts';
import type { Registry } from '#registry/registry.ts';
import { DashboardError } from '../../errors.ts';
import { shows, showsAll } from '../audit/audited-answers.ts';
import { type App, type RouteDeps, refusals, viewerOn } from '../http/routes.ts';
import { requireCommunity, requireRight } from '../identity/require-right.ts';
import { postsOf } from '../identity/rights.ts';

/** `/api/devices`, `/api/places`, `/api/people`: what the registry knows of the community. */
export function addRegistryRoutes(app: App, deps: RouteDeps): void {
  app.get(
    '/api/devices',
    {
      config: { shows: showsAll('device.shown') },
      schema: {
        tags: ['registry'],
        summary: 'Devices of the community; what was last heard of them comes over the live room.',
        response: { 200: DeviceList, ...refusals(401, 404, 503) },
      },
    },
    async (request) => {
      const community = await requireCommunity(deps, request, 'devices');
      const devices = [...(deps.registry().of(community)?.devices.values() ?? [])];
      return { devices: devices.map(deviceView) };
    },
  );

  app.get(
    '/api/devices/:id',
    {
      config: {
        shows: shows<DeviceView>(({ id, dwelling }) =>
          dwelling === undefined ? [] : [{ action: 'device.look', object: id }],
        ),
      },
      schema: {
        tags: ['registry'],
        summary: "One device; a look at a dwelling's device is written to the audit log.",
        params: objectOf({ id: DeviceId }),
        response: { 200: DeviceView, ...refusals(400, 401, 404, 503) },
      },
    },
    async (request) => {
      const { id } = request.params;
      const { rights, community } = viewerOn(request);
      const device = deps.registry().of(community)?.devices.get(id);
      const isAllowed = device !== undefined && rights.may('see', 'Device', { community: device.community });
      await requireRight(deps, request, { action: 'device.look', object: id }, isAllowed);
      return deviceView(device as Device);
    },
  );

  app.get(
    '/api/places',
    {
      config: { shows: 'nothing' },
      schema: {
        tags: ['registry'],
        summary: 'Buildings, units and dwellings, for choosing where.',
        response: { 200: PlaceTree, ...refusals(401, 404, 503) },
      },
    },
    async (request) => placeTree(deps.registry().of(await requireCommunity(deps, request, 'places'))),
  );

  app.get(
    '/api/people',
    {
      config: { shows: showsAll('people.shown') },
      schema: {
        tags: ['registry'],
        summary: 'People who may be assigned.',
        response: { 200: PeopleList, ...refusals(401, 404, 503) },
      },
    },
    async (request) => {
      const community = await requireCommunity(deps, request, 'people');
      const people = [...(deps.registry().of(community)?.people.values() ?? [])]
        .filter((person) => person.enabled === 1)
        .map((person) => ({ id: person.id, name: person.name, roles: postsOf(person) }));
      return { people: people.filter(({ roles }) => roles.length > 0) };
    },
  );
}

function deviceView(device: Device): DeviceView {
  return {
    id: device.id,
    class: device.class,
    name: device.name,
    ...(device.model !== null && { model: device.model }),
    place: device.placeLabel,
    ...(device.building !== null && { building: device.building }),
    ...(device.unit !== null && { unit: device.unit }),
    ...(device.dwelling !== null && { dwelling: device.dwelling }),
    gateway: device.gateway,
  };
}

function placeTree(community: CommunityRegistry | undefined): PlaceTree {
  if (!community) return { buildings: [] };
  const dwellings = Map.groupBy(community.dwellings.values(), ({ unit }) => unit);
  const units = Map.groupBy(community.units.values(), ({ building }) => building);
  return {
    buildings: [...community.buildings.values()].map(({ id, name }) => ({
      id,
      name,
      units: (units.get(id) ?? []).map((unit) => ({
        id: unit.id,
        name: unit.name,
        dwellings: (dwellings.get(unit.id) ?? []).map(({ dwelling, label }) => ({ id: dwelling, label })),
      })),
    })),
  };
}

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
