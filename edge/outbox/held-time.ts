import type { GatewayClock } from '../clock.ts';

/** What tells how long a stored record has been held. */
export interface CapturedRecord {
  /** Corrected gateway time, epoch ms. */
  capturedAt: number;
  /** On the monotonic clock of the agent's start it was captured in. */
  capturedMonotonic: number;
  /** The clock was synchronized then. */
  synchronized: boolean;
}

/**
 * Milliseconds a record has been in the outbox; undefined where that cannot be known.
 *
 * The monotonic clock of an earlier start says nothing now; then only two synchronized clocks tell.
 */
export function heldMsOf(
  record: CapturedRecord,
  isOfThisStart: boolean,
  clock: GatewayClock,
): number | undefined {
  if (isOfThisStart) return Math.max(0, Math.round(clock.monotonic() - record.capturedMonotonic));
  if (!record.synchronized || clock.state().state !== 'synchronized') return undefined;
  const held = clock.now() - record.capturedAt;
  return held >= 0 ? held : undefined;
}
