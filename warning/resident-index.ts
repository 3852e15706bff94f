import type { CommunityRegistry, Device, Resident } from '#registry/community-registry.ts';
import { gatewayKey } from './gateway-key.ts';

/** Most devices that speak for one resident; further ones are left out. */
const maxSources = 16;

/** A resident living alone who is looked after when nothing moves. */
export interface WatchedResident {
  id: string;
  place: string;
  inactivityMs: number;
  awayFrom: number | null;
  awayUntil: number | null;
  /** Devices that would show activity, the wearables first; `gateway` is their gateway's key. */
  sources: { device: Device; gateway: string }[];
}

/** Residents of a community living alone with an inactivity time, looked up by id and by the devices that speak for them. */
export interface ResidentIndex {
  byId(resident: string): WatchedResident | undefined;
  byDevice(device: string): readonly WatchedResident[];
}

/** Creates the index over a community at one registry revision; each resident is looked up when first asked for. */
export function createResidentIndex(registry: CommunityRegistry): ResidentIndex {
  const known = new Map<string, WatchedResident | undefined>();
  const byId = (id: string): WatchedResident | undefined => {
    if (!known.has(id)) known.set(id, watchedResident(registry, id));
    return known.get(id);
  };
  const byDevice = new Map<string, readonly WatchedResident[]>();
  return {
    byId,
    byDevice: (id) => {
      const found = byDevice.get(id) ?? speaksFor(registry, id, byId);
      byDevice.set(id, found);
      return found;
    },
  };
}

function watchedResident(registry: CommunityRegistry, id: string): WatchedResident | undefined {
  const resident = registry.residents.get(id);
  if (!resident || !isWatched(resident)) return undefined;
  const own = registry.devicesOfResident(id);
  const common = registry.devicesOfDwelling(resident.dwelling).filter((device) => device.resident === null);
  const sources = [...own, ...common].sort(byClassThenId).slice(0, maxSources);
  return {
    id,
    place: registry.dwellings.get(resident.dwelling)?.label ?? resident.dwelling,
    inactivityMs: resident.inactivity_ms ?? 0,
    awayFrom: resident.away_from,
    awayUntil: resident.away_until,
    sources: sources.map((device) => ({ device, gateway: gatewayKey(device.community, device.gateway) })),
  };
}

/** A device of one resident speaks for them, one of a dwelling for all who live there. */
function speaksFor(
  registry: CommunityRegistry,
  id: string,
  byId: (resident: string) => WatchedResident | undefined,
): readonly WatchedResident[] {
  const device = registry.devices.get(id);
  if (!device) return [];
  const residents =
    device.resident !== null
      ? [device.resident]
      : registry.residentsOfDwelling(device.dwelling ?? '').map((resident) => resident.id);
  return residents
    .map(byId)
    .filter((resident) => resident !== undefined)
    .filter(({ sources }) => sources.some((source) => source.device.id === id));
}

function isWatched(resident: Resident): boolean {
  return resident.lives_alone === 1 && resident.inactivity_ms !== null;
}

function byClassThenId(a: Device, b: Device): number {
  const rank = (device: Device) => (device.class === 'watch' ? 0 : 1);
  return rank(a) - rank(b) || (a.id < b.id ? -1 : 1);
}
