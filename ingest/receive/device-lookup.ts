import type { FollowedRegistry } from '#registry/open-registry.ts';
import type { FindDevice } from './judge-record.ts';

/** Finds devices by address, and reads the registry anew for one it does not know. */
export interface DeviceLookup {
  find: FindDevice;
  /** Reads anew; undefined where that was done a moment ago and would tell nothing new. */
  refresh(): Promise<void> | undefined;
}

/** Looks devices up in a followed registry, reading it anew at most once in `minIntervalMs`. */
export function createDeviceLookup(
  registry: FollowedRegistry,
  minIntervalMs: number,
  now: () => number,
): DeviceLookup {
  let last = Number.NEGATIVE_INFINITY;
  let running: Promise<void> | undefined;
  return {
    find: (community, address) => registry.current().findDevice(community, address)?.id,
    refresh: () => {
      if (running) return running;
      if (Math.abs(now() - last) < minIntervalMs) return undefined;
      last = now();
      running = registry.refresh().then(
        () => {
          running = undefined;
        },
        () => {
          running = undefined;
        },
      );
      return running;
    },
  };
}
