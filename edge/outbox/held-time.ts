import type { GatewayClock } from '../clock.ts';

/** What tells how long a stored record has been held. */
export interface CapturedRecord {
  /** The start of the agent it was captured in. */
  epoch: string;
  /** The boot of the machine it was captured in; null where not known. */
  boot: string | null;
  /** Corrected gateway time, epoch ms. */
  capturedAt: number;
  /** On the monotonic clock of that boot. */
  capturedMonotonic: number;
  /** The clock was synchronized then. */
  synchronized: boolean;
}

/** The start of the agent and the boot of the machine that it is now. */
export interface Now {
  epoch: string;
  boot: string | undefined;
  clock: GatewayClock;
}

/**
 * Milliseconds a record has been in the outbox; undefined where that cannot be known.
 *
 * The monotonic clock goes on when the agent starts anew, and begins anew with the machine; then only two
 * synchronized clocks tell. What is held goes out before the platform has told a new start the time.
 */
export function heldMsOf(record: CapturedRecord, { epoch, boot, clock }: Now): number | undefined {
  const isOfThisBoot = record.boot !== null && record.boot === boot;
  if (record.epoch === epoch || isOfThisBoot) {
    return Math.max(0, Math.round(clock.monotonic() - record.capturedMonotonic));
  }
  if (!record.synchronized || clock.state().state !== 'synchronized') return undefined;
  const held = clock.now() - record.capturedAt;
  return held >= 0 ? held : undefined;
}
