import type { FollowedRegistry } from '#registry/open-registry.ts';
import type { Registry } from '#registry/registry.ts';
import type { Logger } from '#runtime/log.ts';
import type { FindDevice, GatewayOf } from './validate-record.ts';

/** Finds devices by address, and reads the registry anew for one it does not know. */
export interface DeviceLookup {
  find: FindDevice;
  gatewayOf?: GatewayOf;
  /** Reads again; undefined where that was done a moment ago. */
  refresh(): Promise<void> | undefined;
}

/** Looks devices up in a followed registry, reading it anew at most once in `minIntervalMs`. */
export function createDeviceLookup(
  registry: FollowedRegistry,
  { minIntervalMs, now, log }: { minIntervalMs: number; now: () => number; log: Logger },
): DeviceLookup {
  let last = Number.NEGATIVE_INFINITY;
  let running: Promise<void> | undefined;
  return {
    find: (community, address) => registry.current().of(community)?.findDevice(address)?.id,
    gatewayOf: (community, device) => gatewayIn(registry.current(), community, device),
    refresh: () => {
      if (running) return running;
      if (Math.abs(now() - last) < minIntervalMs) return undefined;
      last = now();
      running = registry.refresh().then(
        () => {
          running = undefined;
        },
        (error) => {
          running = undefined;
          log.error({ err: error }, 'registry not readable, devices added since are unknown');
        },
      );
      return running;
    },
  };
}

/** The gateway that a registry gives a device of a community. */
export function gatewayIn(registry: Registry, community: string, device: string): string | undefined {
  return registry.of(community)?.devices.get(device)?.gateway;
}
