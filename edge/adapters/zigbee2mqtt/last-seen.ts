import { trustedClockMs } from './config.ts';

/** When the bridge last heard a device, by the bridge's clock. */
export interface LastSeen {
  /** Epoch ms. */
  at: number;
  /** Told to the millisecond by a clock near ours: no two messages of a device share it. */
  isIdentity: boolean;
}

/**
 * Reads `last_seen`: ISO 8601, or epoch ms. `ISO_8601_local` has whole seconds, in which a button can be pressed twice.
 *
 * @param now The gateway's clock, epoch ms.
 */
export function readLastSeen(value: unknown, now: number): LastSeen | undefined {
  const at = typeof value === 'string' ? Date.parse(value) : value;
  if (typeof at !== 'number' || !Number.isFinite(at) || at <= 0 || at >= 8.64e15) return undefined;
  const isExact = typeof value === 'number' || /:\d\d\.\d/.test(String(value));
  return { at, isIdentity: isExact && Math.abs(now - at) <= trustedClockMs };
}
