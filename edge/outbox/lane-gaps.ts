import type { Gap } from '#contracts/record-body.ts';
import type { EpochSpan } from './lane-epochs.ts';
import type { LaneStatements } from './lane-statements.ts';
import type { RecordRow } from './stored-record.ts';

/** Why records were removed. */
export type GapReason = Gap['reason'];

/**
 * Puts one gap in the place of an epoch's records up to a position, in the caller's transaction.
 *
 * A gap among them becomes part of the new one, so adjacent gaps never pile up.
 */
export function replaceByGap(
  statements: LaneStatements,
  span: EpochSpan,
  position: number,
  reason: GapReason,
): void {
  const upTo = Math.min(position, span.end);
  const first = statements.readAfter.get(span.base, 1) as unknown as RecordRow | undefined;
  const last = statements.lastUpTo.get(span.base, upTo) as unknown as RecordRow | undefined;
  if (!first || !last) return;
  statements.deleteBetween.run(span.base, last.position - 1);
  putGap(statements, last, first.gapFrom ?? first.position - span.base, reason);
}

/**
 * Moves one record to the dead letters and puts a gap in its place, in the caller's transaction.
 *
 * @returns False where the record is no longer held.
 */
export function moveToDeadLetters(
  statements: LaneStatements,
  span: EpochSpan,
  position: number,
  now: number,
): boolean {
  const row = statements.lastUpTo.get(position - 1, position) as unknown as RecordRow | undefined;
  if (!row) return false;
  statements.insertDeadLetter.run(span.epoch, position - span.base, now, row.content);
  const before = statements.lastUpTo.get(span.base, position - 1) as unknown as RecordRow | undefined;
  let from = row.gapFrom ?? position - span.base;
  if (before && before.gapFrom !== null) {
    from = before.gapFrom;
    statements.deleteBetween.run(before.position - 1, before.position);
  }
  putGap(statements, row, from, 'refused');
  return true;
}

/** Content of a gap that stands where the given record's content stood. */
export function gapContent(content: string, from: number, reason: GapReason): string {
  const { device, capturedAt, clock } = JSON.parse(content) as Record<string, unknown>;
  return JSON.stringify({ device, capturedAt, clock, body: { type: 'gap', from, reason } satisfies Gap });
}

function putGap(statements: LaneStatements, row: RecordRow, from: number, reason: GapReason): void {
  statements.becomeGap.run(from, gapContent(row.content, from, reason), row.position);
}
