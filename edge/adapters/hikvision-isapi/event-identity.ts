import type { Observation } from '../adapter.ts';

/** A terminal's clock farther than this from the gateway's does not tell its numbered events apart, ms. */
export const trustedClockMs = 86_400_000;
/** A clock farther than this from the gateway's does not tell events without a number apart, ms. */
export const trustedInstantMs = 600_000;
/** Without number or trusted clock, the same again within this may be a retry, ms. */
export const retryMs = 60_000;

/** What tells an event from another of its terminal. */
export interface EventIdentity {
  /** The terminal's own number of the event. */
  serialNo?: number;
  /** The terminal stored it while it could not post, so its time is old. */
  isStored?: boolean;
  /** The terminal's clock, epoch ms. */
  time?: number;
  /** What happened, e.g. code and kind. */
  what: string;
  /** Of the message's bytes. */
  digest: string;
}

/**
 * A retry carries the same serial number and time. A terminal that was reset counts from 1 again, so the time belongs
 * to the key; where its clock was reset too, or it sends neither, a retry only may be one, and is marked.
 */
export function identityOf(
  { serialNo, isStored, time, what, digest }: EventIdentity,
  now: number,
): Pick<Observation, 'origin' | 'near'> {
  const trustedMs = serialNo === undefined ? trustedInstantMs : trustedClockMs;
  const isTrusted = time !== undefined && (isStored || Math.abs(time - now) <= trustedMs);
  if (isTrusted) return { origin: { key: `${serialNo ?? ''}@${time}.${what}`.slice(0, 96) } };
  const key = serialNo === undefined ? `${digest}.${what}` : `${serialNo}@${time ?? '-'}.${what}`;
  return { near: { key: key.slice(0, 96), at: now, withinMs: retryMs } };
}

/** ISO 8601; without an offset it is China's time. */
export function readDateTime(text: string | undefined): number | undefined {
  if (text === undefined || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.test(text)) return undefined;
  const hasOffset = /(Z|[+-]\d\d:?\d\d)$/i.test(text);
  const time = Date.parse(hasOffset ? text : `${text}+08:00`);
  return Number.isNaN(time) || time < 0 ? undefined : time;
}
