import type { CapturedRecord } from './held-time.ts';
import type { LaneEpoch } from './lane-epochs.ts';
import type { RecordRow } from './lane-statements.ts';

/** A record read back from disk. */
export interface StoredRecord extends CapturedRecord {
  position: number;
  epoch: string;
  /** The boot it was captured in; null where not known. */
  boot: string | null;
  sequence: number;
  content: string;
}

/** Reads a row of the record table; `epochs` are the lane's, oldest first. */
export function storedRecord(row: RecordRow, epochs: readonly LaneEpoch[]): StoredRecord {
  const { epoch, boot, base } = epochs.findLast((known) => known.base < row.position) as LaneEpoch;
  return {
    position: row.position,
    epoch,
    boot,
    sequence: row.position - base,
    capturedAt: row.captured_at,
    capturedMonotonic: row.captured_monotonic,
    synchronized: row.synchronized === 1,
    content: row.content,
  };
}
