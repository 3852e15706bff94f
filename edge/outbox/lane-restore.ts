import { randomBytes } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { type EpochSpan, type LaneEpoch, readEpochs } from './lane-epochs.ts';
import { type GapReason, gapContent } from './lane-gaps.ts';
import type { Salvaged } from './lane-salvage.ts';
import { insertRecord, type LaneStatements } from './lane-statements.ts';
import { withPossibleRepeat } from './record-content.ts';
import type { CapturedContent, RecordRow } from './stored-record.ts';

/**
 * Writes the spans of a lost file into a new one, in the caller's transaction: the records that could be read, in
 * their places, and gaps for the rest.
 */
export function writeSpans(
  statements: LaneStatements,
  spans: readonly EpochSpan[],
  {
    records,
    reason,
    unknown,
  }: { records: readonly RecordRow[]; reason: GapReason; unknown: CapturedContent },
): void {
  for (const { epoch, boot, base, from, end } of spans) {
    statements.insertEpoch.run(base, epoch, boot);
    let next = from;
    const fillUpTo = (sequence: number) => {
      if (sequence >= next) putGap(statements, unknown, { base, from: next, to: sequence, reason });
    };
    for (const record of records) {
      const sequence = record.position - base;
      if (sequence < next || record.position > end) continue;
      fillUpTo((record.gapFrom ?? sequence) - 1);
      insertRecord(statements, record);
      next = sequence + 1;
    }
    fillUpTo(end - base);
  }
}

/**
 * Writes what was salvaged of a file that was damaged before this start, behind what the lane holds, and one gap of
 * this start's own: nobody knows how many alarms were lost, but somebody has to ask.
 *
 * @returns The lane's epochs, this start's among them.
 */
export function restoreAtStart(
  db: DatabaseSync,
  statements: LaneStatements,
  { salvaged, current, unknown }: { salvaged: Salvaged; current: LaneEpoch; unknown: CapturedContent },
): LaneEpoch[] {
  const held = new Set(readEpochs(db).map(({ epoch }) => epoch));
  const offset = newestOf(statements);
  const spans = spansOf(salvaged)
    .filter(({ epoch }) => !held.has(epoch))
    .map((span) => ({ ...span, base: span.base + offset, end: span.end + offset }));
  const records = salvaged.records.map((record) => ({ ...record, position: record.position + offset }));
  writeSpans(statements, spans, { records, reason: 'unreadable', unknown });
  writeOrphans(statements, salvaged);
  const base = newestOf(statements);
  statements.insertEpoch.run(base, current.epoch, current.boot);
  putGap(statements, unknown, { base, from: 1, to: 1, reason: 'unreadable' });
  return readEpochs(db);
}

/** An epoch ends where the next one begins; of the last one only what was read is known. */
function spansOf({ epochs, records }: Salvaged): EpochSpan[] {
  const newest = records.at(-1)?.position ?? 0;
  return epochs
    .map((epoch, index) => ({
      ...epoch,
      from: 1,
      end: epochs[index + 1]?.base ?? Math.max(newest, epoch.base),
    }))
    .filter(({ base, end }) => end > base);
}

/** Records whose epoch is lost may stand at the platform already: they are sent under a new one, and marked. */
function writeOrphans(statements: LaneStatements, { epochs, records }: Salvaged): void {
  const firstBase = epochs[0]?.base ?? Number.POSITIVE_INFINITY;
  const orphans = records.filter(({ position, gapFrom }) => position <= firstBase && gapFrom === null);
  if (orphans.length === 0) return;
  const base = newestOf(statements);
  statements.insertEpoch.run(base, randomBytes(8).toString('hex'), null);
  for (const [index, record] of orphans.entries()) {
    const content = withPossibleRepeat(record.content);
    insertRecord(statements, { ...record, content, position: base + 1 + index });
  }
}

function putGap(
  statements: LaneStatements,
  unknown: CapturedContent,
  { base, from, to, reason }: { base: number; from: number; to: number; reason: GapReason },
): void {
  const content = gapContent(unknown.content, from, reason);
  insertRecord(statements, { ...unknown, position: base + to, gapFrom: from, content });
}

function newestOf(statements: LaneStatements): number {
  return Number(statements.bounds.get()?.newest ?? 0);
}
