import { createBoundedMap } from '../bounded-map.ts';
import { cacheWindowMs, maxDevices } from './config.ts';

/**
 * The time in which a bridge may tell its cache: after it became online, or connected again, or the agent started.
 * In it the first state of each device may be old.
 */
export interface CacheWindow {
  open(): void;
  mayBeCache(device: string): boolean;
  /** A state of the device is accepted: the next one is no longer its first. */
  heard(device: string): void;
}

/** Creates the window, open from the start where the bridge connects to the agent itself. */
export function createCacheWindow(now: () => number, isOpen: boolean): CacheWindow {
  let opened = { at: isOpen ? now() : Number.NEGATIVE_INFINITY, number: 1 };
  const heardIn = createBoundedMap<number>(maxDevices * 2);
  return {
    open: () => {
      opened = { at: now(), number: opened.number + 1 };
    },
    mayBeCache: (device) =>
      heardIn.get(device) !== opened.number && Math.abs(now() - opened.at) <= cacheWindowMs,
    heard: (device) => heardIn.set(device, opened.number),
  };
}
