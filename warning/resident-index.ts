import type { CommunityRegistry, Device, Resident } from '#registry/community-registry.ts';
import { gatewayKey } from './gateway-key.ts';

/** Most devices that speak for one resident; further ones are left out. */
export const maxSources = 16;

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

/** Residents of a community living alone with an inactivity time, by id and by the devices that speak for them. */
export interface ResidentIndex {
  byId: ReadonlyMap<string, WatchedResident>;
  byDevice: ReadonlyMap<string, readonly WatchedResident[]>;
}

/** Builds the index over a community at one registry revision. */
export function createResidentIndex(registry: CommunityRegistry): ResidentIndex {
  const watched = [...registry.residents.values()].filter(isWatched);
  // Most devices speak for nobody who is watched, so they are not gathered at all.
  const ofResident = new Map<string | null, Device[]>(watched.map(({ id }) => [id, []]));
  const ofDwelling = new Map<string | null, Device[]>(watched.map(({ dwelling }) => [dwelling, []]));
  for (const device of registry.devices.values()) {
    ofResident.get(device.resident)?.push(device);
    ofDwelling.get(device.dwelling)?.push(device);
  }
  const byId = new Map<string, WatchedResident>();
  const byDevice = new Map<string, WatchedResident[]>();
  for (const resident of watched) {
    const own = ofResident.get(resident.id) ?? [];
    const shared = (ofDwelling.get(resident.dwelling) ?? []).filter((device) => device.resident === null);
    const sources = [...own, ...shared].sort(byClassThenId).slice(0, maxSources);
    const entry: WatchedResident = {
      id: resident.id,
      place: registry.dwellings.get(resident.dwelling)?.label ?? resident.dwelling,
      inactivityMs: resident.inactivity_ms ?? 0,
      awayFrom: resident.away_from,
      awayUntil: resident.away_until,
      sources: sources.map((device) => ({ device, gateway: gatewayKey(device.community, device.gateway) })),
    };
    byId.set(resident.id, entry);
    for (const { device } of entry.sources) {
      byDevice.set(device.id, [...(byDevice.get(device.id) ?? []), entry]);
    }
  }
  return { byId, byDevice };
}

function isWatched(resident: Resident): boolean {
  return resident.lives_alone === 1 && resident.inactivity_ms !== null;
}

function byClassThenId(a: Device, b: Device): number {
  const rank = (device: Device) => (device.class === 'watch' ? 0 : 1);
  return rank(a) - rank(b) || (a.id < b.id ? -1 : 1);
}
