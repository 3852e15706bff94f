import type { Lane as LaneName } from '#contracts/facts/event-kinds.ts';
import { toTimestamp } from '#contracts/time.ts';
import { heldMsOf, type Now } from './held-time.ts';
import type { StoredRecord } from './stored-record.ts';

/** A record as it is sent: its position in the lane and its JSON. */
export interface OutgoingRecord {
  position: number;
  json: string;
}

/**
 * Writes a stored record as it is sent now; `heldMs` is told where it is known.
 *
 * What was captured before the platform had told the time may stand days off. Once the time is known, how long it was
 * held says when it was captured.
 */
export function outgoingRecord(lane: LaneName, record: StoredRecord, now: Now): OutgoingRecord {
  const heldMs = heldMsOf(record, now);
  const { epoch, sequence, position } = record;
  const envelope = JSON.stringify({ epoch, lane, sequence, heldMs });
  const content = heldMs === undefined ? record.content : corrected(record.content, heldMs, now);
  return { position, json: `${envelope.slice(0, -1)},${content.slice(1)}` };
}

/** How an unknown clock stands in a record's JSON; in a text of the device its quotes would be escaped. */
const unknownClock = JSON.stringify({ clock: { state: 'unknown' } }).slice(1, -1);

function corrected(content: string, heldMs: number, { clock }: Now): string {
  const state = clock.state();
  if (state.state === 'unknown' || !content.includes(unknownClock)) return content;
  const record = JSON.parse(content) as { clock: { state: string } };
  if (record.clock.state !== 'unknown') return content;
  return JSON.stringify({ ...record, capturedAt: toTimestamp(clock.now() - heldMs), clock: state });
}
