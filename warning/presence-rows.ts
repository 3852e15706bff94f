import { deviceClassFacts } from '#contracts/facts/device-classes.ts';
import type { DeviceState, GatewayLiveState } from '#contracts/warning-transition.ts';
import type { Device } from '#registry/community-registry.ts';
import type { Registry } from '#registry/registry.ts';
import { gatewayKey } from './gateway-key.ts';
import type { ListeningClock } from './listening-clock.ts';
import type { WarningTimes } from './times.ts';

/**
 * A gateway and its own listening clock, on which all absence of its devices is measured. The clock moves
 * only when the gateway is heard, by the time the platform listened since it was last heard: so it counts
 * no time in which the gateway was away or catching up.
 */
export interface GatewayPresence extends GatewayLiveState {
  key: string;
  heartbeatMs: number;
  /** Listening clock of the platform when it last sent something, in ms. */
  heardClock: number;
  /** Its own listening clock, in ms. */
  clock: number;
  /** Own clock at its last return: its devices get their full time again from there. */
  backSince: number;
}

/** A device, with the time and the values it last sent. */
export interface DevicePresence extends DeviceState {
  /** Row in device_state; absent until first saved. */
  row?: number;
  class: string;
  staleAfterMs: number;
  /** Gateway's clock when the device last sent something, in ms; absent while unheard. */
  heardClock?: number;
  /** Silent beyond its class's time while its gateway was live. */
  expired: boolean;
}

/** What became known about who is there. */
export type PresenceChange =
  | { type: 'device-stale'; device: DevicePresence }
  | { type: 'device-heard'; device: DevicePresence }
  | { type: 'gateway-stale'; gateway: GatewayPresence; by: 'silence' | 'death' }
  | { type: 'gateway-heard'; gateway: GatewayPresence };

/** What is kept of presence between two runs. */
export interface PresenceRows {
  clock: ListeningClock;
  gateways: GatewayPresence[];
  devices: DevicePresence[];
}

/** Gateways of all communities that may sign in, by `gatewayKey`. */
export function enabledGateways(registry: Registry): ReadonlyMap<string, { community: string; id: string }> {
  const rows = [...registry.communities.values()].flatMap(({ gateways }) => [...gateways.values()]);
  const enabled = rows.filter((row) => row.enabled === 1);
  return new Map(enabled.map((row) => [gatewayKey(row.community, row.id), row]));
}

/** A gateway that never sent anything. */
export function unheardGateway(community: string, gateway: string, times: WarningTimes): GatewayPresence {
  return {
    key: gatewayKey(community, gateway),
    community,
    gateway,
    state: 'unheard',
    heartbeatMs: times.heartbeatMs,
    heardClock: 0,
    clock: 0,
    backSince: 0,
  };
}

/** A device that never sent anything: shown so, and a warning only after it has. */
export function unheardDevice(row: Device, times: WarningTimes): DevicePresence {
  return {
    device: row.id,
    community: row.community,
    gateway: row.gateway,
    state: 'unheard',
    latest: {},
    revision: 0,
    class: row.class,
    staleAfterMs: staleAfterMs(row, times),
    expired: false,
  };
}

/** Silence after which a device is stale: its own time, or that of its class, in ms. */
export function staleAfterMs(row: Device, times: WarningTimes): number {
  if (row.stale_after_ms !== null) return row.stale_after_ms;
  const { silence = 'watch' } = deviceClassFacts(row.class) ?? {};
  return times[`${silence}StaleMs`];
}
