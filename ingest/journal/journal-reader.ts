import { logNames } from '#contracts/facts/logs.ts';
import { decodeEntry } from '#contracts/journal-codec.ts';
import type { JournalEntry, JournalReader } from '#contracts/journal-entry.ts';
import { openLogReader } from '#eventlog/sqlite/sqlite-log.ts';
import { requireMigrated } from '#runtime/migrations.ts';
import { openSqlite } from '#runtime/sqlite.ts';
import { journalMigrations } from './migrations.ts';

/** A journal reader with a file of its own. */
export interface OpenedJournalReader extends JournalReader {
  /** Position of the last entry received before a time, epoch ms; 0 where the journal does not reach back to it. */
  positionBefore(time: number): Promise<number>;
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
  const log = openLogReader(db, logNames.journal);
  /** Decoded already and not asked for yet: a message is read once, wherever a reader's limit cuts it. */
  let ahead: { after: number; entries: JournalEntry[] } = { after: 0, entries: [] };

  const readOn = async (position: number, limit: number): Promise<JournalEntry[]> => {
    // What was redacted gives nothing; behind it may be more.
    for (let after = position; ; ) {
      const kept = await log.read(after, limit);
      const last = kept.at(-1);
      if (!last) return [];
      const entries: JournalEntry[] = [];
      for (const entry of kept) {
        for (const one of decodeEntry(entry)) if (one.position > position) entries.push(one);
      }
      if (entries.length > 0) return entries;
      after = last.last;
    }
  };
  return {
    read: async (position, limit) => {
      const entries = ahead.after === position ? ahead.entries : [];
      if (entries.length < limit) {
        entries.push(...(await readOn(entries.at(-1)?.position ?? position, limit - entries.length)));
      }
      const read = entries.slice(0, limit);
      ahead = { after: read.at(-1)?.position ?? -1, entries: entries.slice(limit) };
      return read;
    },
    newest: log.newest,
    positionBefore: log.positionBefore,
    close: () => db.close(),
  };
}
