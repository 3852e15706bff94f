import type { RecordEntry } from '#contracts/journal-entry.ts';

/** A clock that nobody corrected is believed within this: less is the way of the message. */
export const believedWithinMs = 2000;

/**
 * When a record was captured. A gateway sends alarms before it has learnt the time, and its clock may be days wrong
 * then; how long it held the record it knows by another clock. What it said is kept beside.
 */
export function withCapturedTime(record: RecordEntry, receivedAt: number): RecordEntry {
  const { clock, heldMs, capturedAt } = record;
  if (clock.state !== 'unknown' || heldMs === undefined) return record;
  const told = receivedAt - heldMs;
  if (Math.abs(told - capturedAt) <= believedWithinMs) return record;
  return { ...record, capturedAt: told, saidCapturedAt: capturedAt };
}
