import { createBoundedMap } from '#runtime/bounded-map.ts';
import type { Observation } from './adapter.ts';

/** Most devices whose last keep-alive is remembered; a forgotten one says so once more. */
const maxDevices = 20_000;

/**
 * Makes keep-alives of devices that were heard but said nothing to record, at most one each `intervalMs`
 * a device, since heartbeats of every 5 s would only fill the outbox.
 */
export function createKeepAliveThrottle(
  now: () => number,
  intervalMs: number,
): {
  /** The keep-alive due for a device, or none; `markSeen` counts it once it was accepted. */
  due(device: string): Observation[];
  /** The device was recorded, by whatever observation. */
  markSeen(device: string): void;
} {
  const last = createBoundedMap<string, number>(maxDevices);
  return {
    due: (device) => {
      const before = last.get(device);
      // The clock may be corrected backwards, which must not silence a device.
      const paced = before !== undefined && Math.abs(now() - before) < intervalMs;
      return paced ? [] : [{ device, body: { type: 'keep-alive' } }];
    },
    markSeen: (device) => last.set(device, now()),
  };
}
