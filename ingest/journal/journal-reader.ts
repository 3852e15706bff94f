import type { JournalEntry, JournalReader } from '#contracts/journal-entry.ts';
import { requireMigrated } from '#runtime/migrations.ts';
import { openSqlite } from '#runtime/sqlite.ts';
import { journalMigrations } from './migrations.ts';

/** A journal reader with a file of its own. */
export interface OpenedJournalReader extends JournalReader {
  /** Position of the last entry received before a time, epoch ms; 0 where the journal does not reach back to it. */
  positionBefore(time: number): number;
  close(): void;
}

/**
 * Opens journal.db for reading, from any thread or process.
 *
 * @throws {RuntimeError} `DATABASE_NOT_MIGRATED`, or SQLite's error where there is no file yet.
 */
export function openJournalReader(file: string): OpenedJournalReader {
  const db = openSqlite(file, { readOnly: true });
  requireMigrated(db, 'journal', journalMigrations);
  const after = db.prepare(
    'SELECT position, received_at, entry FROM journal WHERE position > ? ORDER BY position LIMIT ?',
  );
  after.setReturnArrays(true);
  const newest = db.prepare('SELECT max(position) AS position FROM journal');
  const first = db.prepare(
    'SELECT position, received_at FROM journal WHERE position >= ? ORDER BY position LIMIT 1',
  );
  const newestPosition = () => Number(newest.get()?.position ?? 0);
  return {
    read: (position, limit) => {
      const rows = after.all(position, limit) as unknown as [number, number, string][];
      const entries = new Array<JournalEntry>(rows.length);
      for (let index = 0; index < rows.length; index++) {
        const row = rows[index] as [number, number, string];
        const entry = JSON.parse(row[2]) as JournalEntry;
        entry.position = row[0];
        entry.receivedAt = row[1];
        entries[index] = entry;
      }
      return entries;
    },
    newest: newestPosition,
    positionBefore: (time) => {
      // Time never falls from position to position, so halving finds it without an index.
      let [low, high] = [1, newestPosition() + 1];
      while (low < high) {
        const middle = Math.floor((low + high) / 2);
        const row = first.get(middle);
        if (row && Number(row.received_at) < time) low = Number(row.position) + 1;
        else high = middle;
      }
      return low - 1;
    },
    close: () => db.close(),
  };
}
