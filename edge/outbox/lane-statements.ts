import type { DatabaseSync } from 'node:sqlite';
import { createOrigins } from './origins.ts';
import type { RecordRow } from './stored-record.ts';

const columns = `position, captured_at AS capturedAt, captured_monotonic AS capturedMonotonic, synchronized,
  gap_from AS gapFrom, content`;

/** Every statement a lane runs, prepared once on its open file. */
export interface LaneStatements extends ReturnType<typeof prepareLane> {}

/** Prepares a lane's statements; a file opened anew needs them anew. */
export function prepareLane(db: DatabaseSync) {
  return {
    origins: createOrigins(db),
    // Another epoch of the same base has no records: else the base would lie beyond them.
    insertEpoch: db.prepare(
      `INSERT INTO epoch (base, epoch, boot) VALUES (?, ?, ?)
       ON CONFLICT (base) DO UPDATE SET epoch = excluded.epoch, boot = excluded.boot`,
    ),
    insertRecord: db.prepare(
      `INSERT INTO record (position, captured_at, captured_monotonic, synchronized, gap_from, content)
       VALUES (?, ?, ?, ?, ?, ?)`,
    ),
    readAfter: db.prepare(`SELECT ${columns} FROM record WHERE position > ? ORDER BY position LIMIT ?`),
    lastUpTo: db.prepare(
      `SELECT ${columns} FROM record WHERE position > ? AND position <= ? ORDER BY position DESC LIMIT 1`,
    ),
    nthOldest: db.prepare('SELECT position FROM record ORDER BY position LIMIT 1 OFFSET ?'),
    bounds: db.prepare(
      'SELECT (SELECT min(position) FROM record) AS oldest, (SELECT max(position) FROM record) AS newest',
    ),
    deleteBetween: db.prepare('DELETE FROM record WHERE position > ? AND position <= ?'),
    becomeGap: db.prepare('UPDATE record SET gap_from = ?, content = ? WHERE position = ?'),
    insertDeadLetter: db.prepare(
      'INSERT OR REPLACE INTO set_aside (epoch, sequence, set_aside_at, content) VALUES (?, ?, ?, ?)',
    ),
    pageCount: db.prepare('PRAGMA page_count'),
    freePages: db.prepare('PRAGMA freelist_count'),
  };
}

/** Writes one row of the record table. */
export function insertRecord(statements: LaneStatements, row: RecordRow): void {
  const { position, capturedAt, capturedMonotonic, synchronized, gapFrom, content } = row;
  statements.insertRecord.run(position, capturedAt, capturedMonotonic, synchronized, gapFrom, content);
}

/** Pages of the file that hold something. */
export function usedPages({ pageCount, freePages }: LaneStatements): number {
  return Number(pageCount.get()?.page_count) - Number(freePages.get()?.freelist_count);
}
