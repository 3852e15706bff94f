import { createIdTest, Epoch } from '#contracts/facts/identifiers.ts';
import type { LaneEpoch } from './lane-epochs.ts';
import { isReadableContent } from './record-content.ts';
import { readPageImages } from './sqlite-page-images.ts';
import { type CarvedRow, carveRows } from './sqlite-pages.ts';
import type { RecordRow } from './stored-record.ts';

const isEpoch = createIdTest(Epoch);

/** What could be read of a damaged lane file, both in ascending order. */
export interface Salvaged {
  epochs: Omit<LaneEpoch, 'from'>[];
  records: RecordRow[];
}

/** Reads what records and epochs a damaged alarm lane file still holds, row by row; it is not changed. */
export function salvageLane(file: string): Salvaged {
  const epochs = new Map<number, Salvaged['epochs'][number]>();
  const records = new Map<number, RecordRow>();
  for (const row of carveRows(readPageImages(file))) {
    const epoch = epochOf(row);
    const record = epoch ? undefined : recordOf(row);
    if (epoch) epochs.set(epoch.base, epoch);
    if (record) records.set(record.position, record);
  }
  return {
    epochs: [...epochs.values()].sort((a, b) => a.base - b.base),
    records: [...records.values()].sort((a, b) => a.position - b.position),
  };
}

function epochOf({ rowid, values: [key, epoch, boot = null, ...more] }: CarvedRow) {
  if (key !== null || more.length > 0 || typeof epoch !== 'string' || !isEpoch(epoch)) return undefined;
  return { base: rowid, epoch, boot: typeof boot === 'string' ? boot : null };
}

function recordOf({ rowid, values }: CarvedRow): RecordRow | undefined {
  const [key, capturedAt, capturedMonotonic, synchronized, gapFrom, content] = values;
  if (key !== null || values.length !== 6 || !Number.isSafeInteger(rowid) || rowid < 1) return undefined;
  if (
    typeof capturedAt !== 'number' ||
    typeof capturedMonotonic !== 'number' ||
    typeof synchronized !== 'number'
  )
    return undefined;
  if ((gapFrom !== null && typeof gapFrom !== 'number') || gapFrom === undefined) return undefined;
  if (typeof content !== 'string' || !isReadableContent(content)) return undefined;
  return { position: rowid, capturedAt, capturedMonotonic, synchronized, gapFrom, content };
}
