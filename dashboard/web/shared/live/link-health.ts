/** A page that could not prove for so long that it is up to date says so, in ms. */
export const lostAfterMs = 5000;
/** After so much silence a page asks whether it is still up to date, in ms. */
export const probeAfterMs = 2000;

/** What a page knows of its link; times are its own monotonic ms. */
export interface LinkHealth {
  readonly connected: boolean;
  /** The server last refused it a place, since too many pages are open. */
  readonly isFull: boolean;
  /** When the page last knew that it misses nothing. */
  readonly provenAt: number;
  /** Until then the question on its way may still be answered. */
  readonly askAgainAt: number;
}

/** Seconds the page has been blind, or undefined while it may call itself live. */
export function secondsLost(health: LinkHealth, now: number): number | undefined {
  const silentMs = now - health.provenAt;
  return silentMs > lostAfterMs ? Math.floor(silentMs / 1000) : undefined;
}

/** True where the page should ask: connected, silent, and no answer is awaited. */
export function isProbeDue(health: LinkHealth, now: number): boolean {
  return health.connected && now - health.provenAt >= probeAfterMs && now >= health.askAgainAt;
}
