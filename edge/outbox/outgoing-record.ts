import type { Lane as LaneName } from '#contracts/event-kinds.ts';
import { heldMsOf, type Now } from './held-time.ts';
import type { StoredRecord } from './stored-record.ts';

/** A record as it is sent: its position in the lane and its JSON. */
export interface OutgoingRecord {
  position: number;
  json: string;
}

/** Writes a stored record as it is sent now; `heldMs` is told where it is known. */
export function outgoingRecord(lane: LaneName, record: StoredRecord, now: Now): OutgoingRecord {
  const heldMs = heldMsOf(record, now);
  const { epoch, sequence, position } = record;
  const envelope = JSON.stringify({ epoch, lane, sequence, heldMs });
  return { position, json: `${envelope.slice(0, -1)},${record.content.slice(1)}` };
}
