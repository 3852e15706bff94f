import { DeviceId } from '#contracts/identifiers.ts';
import { objectOf } from '#contracts/record-body.ts';
import { DeviceList, DeviceView, PeopleList, PlaceTree } from '#contracts/rest.ts';
import type { Device, Registry } from '#registry/registry.ts';
import { notFound } from '../refusal.ts';
import { maySee, viewerOf } from '../rights.ts';
import { type App, type RouteDeps, refusals, viewerOn, whoAsks } from './routes.ts';

/** `/api/devices`, `/api/places`, `/api/people`: what the registry knows of the community. */
export function addRegistryRoutes(app: App, deps: RouteDeps): void {
  app.get(
    '/api/devices',
    {
      schema: {
        tags: ['registry'],
        summary: 'Devices of the community; what was last heard of them comes over the live room.',
        response: { 200: DeviceList, ...refusals(401) },
      },
    },
    async (request) => {
      const { community } = viewerOn(request);
      const devices = [...deps.registry().devices.values()];
      return { devices: devices.filter((device) => device.community === community).map(deviceView) };
    },
  );

  app.get(
    '/api/devices/:id',
    {
      schema: {
        tags: ['registry'],
        summary: "One device; a look at a dwelling's device is written to the audit log.",
        params: objectOf({ id: DeviceId }),
        response: { 200: DeviceView, ...refusals(400, 401, 404, 503) },
      },
    },
    async (request) => {
      const { id } = request.params;
      const device = deps.registry().devices.get(id);
      if (!device || !maySee(viewerOn(request), device.community)) throw notFound(`device ${id}`);
      if (device.dwelling !== null) {
        await deps.audit.append({ ...whoAsks(request), act: 'device.look', object: id, outcome: 'done' });
      }
      return deviceView(device);
    },
  );

  app.get(
    '/api/places',
    {
      schema: {
        tags: ['registry'],
        summary: 'Buildings, units and dwellings, for choosing where.',
        response: { 200: PlaceTree, ...refusals(401) },
      },
    },
    async (request) => placeTree(deps.registry(), viewerOn(request).community),
  );

  app.get(
    '/api/people',
    {
      schema: {
        tags: ['registry'],
        summary: 'People who may be assigned.',
        response: { 200: PeopleList, ...refusals(401) },
      },
    },
    async (request) => {
      const registry = deps.registry();
      const { community } = viewerOn(request);
      const viewers = [...registry.people.keys()]
        .map((id) => viewerOf(registry, id))
        .filter((viewer) => viewer?.community === community);
      return {
        people: viewers
          .filter((viewer) => viewer !== undefined)
          .map(({ person, name, roles }) => ({ id: person, name, roles })),
      };
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

function placeTree(registry: Registry, community: string): PlaceTree {
  const dwellings = Map.groupBy(registry.dwellings.values(), ({ unit }) => unit);
  const units = Map.groupBy(registry.units, ({ building }) => building);
  const buildings = registry.buildings.filter((building) => building.community === community);
  return {
    buildings: buildings.map(({ id, name }) => ({
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
