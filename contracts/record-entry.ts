import type { RecordEntry } from './journal-entry.ts';
import { isLate, type WireRecord } from './record.ts';
import { fromTimestamp } from './time.ts';

/** An uncorrected clock is believed within this: smaller differences are the message's travel time. */
export const believedWithinMs = 2000;

/** A record of a gateway as the journal has it. @param device Its id in the registry. */
export function toRecordEntry(
  { community, gateway }: Pick<RecordEntry, 'community' | 'gateway'>,
  wire: WireRecord,
  device: string,
): RecordEntry {
  const entry: RecordEntry = {
    class: 'record',
    community,
    gateway,
    epoch: wire.epoch,
    lane: wire.lane,
    sequence: wire.sequence,
    device,
    address: wire.device,
    capturedAt: fromTimestamp(wire.capturedAt),
    clock: wire.clock,
    late: isLate(wire),
    body: wire.body,
  };
  if (wire.origin !== undefined) entry.origin = wire.origin;
  if (wire.heldMs !== undefined) entry.heldMs = wire.heldMs;
  if (wire.historical) entry.historical = true;
  if (wire.possibleRepeat) entry.possibleRepeat = true;
  if (wire.observedAt !== undefined) {
    const observedAt = fromTimestamp(wire.observedAt);
    if (!Number.isNaN(observedAt)) entry.observedAt = observedAt;
  }
  return entry;
}

/**
 * When a record was captured. A gateway sends alarms before it has learnt the time, and its clock may be days wrong
 * then; how long it held the record it knows by another clock. What it said is kept beside.
 */
export function withCapturedTime(record: RecordEntry, receivedAt: number): RecordEntry {
  const { clock, heldMs, capturedAt } = record;
  if (clock.state !== 'unknown' || heldMs === undefined) return record;
  const computed = receivedAt - heldMs;
  if (Math.abs(computed - capturedAt) <= believedWithinMs) return record;
  return { ...record, capturedAt: computed, saidCapturedAt: capturedAt };
}
