import { createHash } from 'node:crypto';
import type { Observation } from '../adapter.ts';
import { actionRepeatMs, redeliveryMs, trustedClockMs } from './config.ts';

/** How a repeat of an observation is known. @see docs/decisions/011-zigbee-repeats.md */
export type Identity = Pick<Observation, 'origin' | 'near'>;

/** What of a message tells it from others. */
export interface MessageMarks {
  lastSeen: LastSeen | undefined;
  isHistorical: boolean;
  /** Of the whole state. */
  digest: string;
  now: number;
  /** The device says something for the first time since the agent started: it may be sent again. */
  isFirst: boolean;
}

/** A press has no identity: what the radio repeats within 2 s is a message of its own. */
export function identityOfPress({ lastSeen, now, isFirst }: MessageMarks, what: string): Identity {
  const at = lastSeen?.isIdentity ? lastSeen.at : now;
  const withinMs = isFirst && !lastSeen?.isIdentity ? redeliveryMs : actionRepeatMs;
  return { near: { key: what.slice(0, 96), at, withinMs } };
}

/**
 * Identity of a condition's beginning or end.
 *
 * @param edge `at` differs for each change seen; `isFirst` where the key was not known since the agent started;
 * `isSameInstant` where this beginning and the last one have one `last_seen`, which is then no identity.
 */
export function identityOfEdge(
  { lastSeen, isHistorical, digest }: MessageMarks,
  edge: { key: string; isActive: boolean; isFirst: boolean; at: number; isSameInstant: boolean },
): Identity {
  const what = `${edge.key.slice(0, 40)}=${edge.isActive}`;
  if (isHistorical) return { origin: { key: `old ${what} ${digest}` } };
  if (lastSeen?.isIdentity && !edge.isSameInstant) return { origin: { key: what, at: lastSeen.at } };
  // A change seen happening is new, whatever its bytes; the first after a start may be one sent again.
  return {
    near: { key: `${what} ${digest}`, at: edge.at, withinMs: edge.isFirst ? redeliveryMs : 0 },
  };
}

/** Digest of a value read from JSON, 16 hex digits. */
export function digestOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);
}

/** When the bridge last heard a device, by the bridge's clock. */
interface LastSeen {
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
