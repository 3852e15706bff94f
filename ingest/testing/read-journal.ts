import { logNames } from '#contracts/facts/logs.ts';
import { decodeEntry } from '#contracts/journal-codec.ts';
import type { JournalEntry } from '#contracts/journal-entry.ts';
import { openLogWriter } from '#eventlog/sqlite/sqlite-log.ts';
import { openSqlite } from '#runtime/sqlite.ts';

/** Entries of a journal.db after a position, at once, whether or not its writer is running. */
export function readJournal(file: string, position = 0, limit = 1_000_000): JournalEntry[] {
  const db = openSqlite(file, { readOnly: true });
  try {
    const kept = openLogWriter(db, logNames.journal).slice(position, Number.MAX_SAFE_INTEGER, limit);
    return kept
      .flatMap(decodeEntry)
      .filter((entry) => entry.position > position)
      .slice(0, limit);
  } finally {
    db.close();
  }
}
