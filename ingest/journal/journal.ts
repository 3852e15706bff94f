import type { DatabaseSync } from 'node:sqlite';
import { setImmediate } from 'node:timers/promises';
import { logNames } from '#contracts/facts/logs.ts';
import { decodeEntry, encodeEntry, type NewMessage, redactEntry } from '#contracts/journal-codec.ts';
import type { NewEntry } from '#contracts/journal-entry.ts';
import { openLogWriter } from '#eventlog/sqlite/sqlite-log.ts';
import { migrate } from '#runtime/migrations.ts';
import { openSqlite, transaction } from '#runtime/sqlite.ts';
import { journalMigrations } from './migrations.ts';
import { openReadModels } from './read-models.ts';
import { createSkipper, type Skipped } from './skip-telemetry.ts';

/** Appends an entry. @returns Position of its last record. */
export type Append = (entry: NewEntry | NewMessage) => number;

/** The journal's one writer; every commit is on disk when `commit` returns. */
export interface Journal {
  /** The open file, for tables that are written in the journal's own transaction. */
  readonly db: DatabaseSync;
  /** Position of the newest committed record, 0 when empty, or that up to which none is given. */
  readonly newest: number;
  /**
   * Runs `work` as one durable transaction. Entries get consecutive positions and one `receivedAt`, the
   * platform's time or, where the clock went back, the last one given.
   *
   * @throws whatever `work` throws, or the disk's error; nothing of it is kept then.
   */
  commit<T>(work: (append: Append, receivedAt: number) => T): T;
  /** Bytes of the file that hold something; a checkpoint that is due and the WAL come on top. */
  readonly usedBytes: number;
  /**
   * Removes the oldest entries up to `position` that are older than `before`; the newest entry always stays.
   *
   * @returns Entries removed, at most `limit`.
   */
  trim(before: number, position: number, limit: number): number;
  /**
   * Removes telemetry among the `limit` entries after `position` and up to `until`, and records it by a `skipped`
   * entry for each stream; alarms, states and what people did stay.
   */
  skipTelemetry(position: number, until: number, limit: number): Skipped;
  /**
   * Takes the records of devices out of all entries received before a time. Positions, sequences and a hash of what
   * stood there stay, so readers and gateways go on as if nothing had happened; a replay passes over what went.
   *
   * @returns Entries that were rewritten.
   */
  redact(isRedacted: (of: { community: string; device: string }) => boolean, before: number): Promise<number>;
  close(): void;
}

/** What a journal is opened with besides its file and clock. */
export interface JournalOptions {
  /** Size of the file beyond which a commit fails with SQLITE_FULL. */
  maxBytes?: number;
  /** Positions up to here are never given, as a reader has read them: of a journal that is an older copy now. */
  readTo?: number;
}

/** Entries rewritten in one transaction, which an alarm may have to wait for. */
const redactedAtOnce = 50;

/** Opens journal.db for writing, bringing its tables to the newest version. */
export function openJournal(
  file: string,
  now: () => number,
  { maxBytes, readTo = 0 }: JournalOptions = {},
): Journal {
  const db = openSqlite(file, { synchronous: 'full', ...(maxBytes !== undefined && { maxBytes }) });
  migrate(db, 'journal', journalMigrations);
  // A checkpoint syncs twice more; fewer and larger ones leave more of the disk to commits.
  db.exec('PRAGMA wal_autocheckpoint = 4000');
  const log = openLogWriter(db, logNames.journal, readTo);
  const readModels = openReadModels(db);
  const pages = db.prepare(
    `SELECT (page_count - freelist_count) * page_size AS used
     FROM pragma_page_count(), pragma_freelist_count(), pragma_page_size()`,
  );
  let newest = log.newest();
  let lastReceivedAt = log.newestAt();

  const commit: Journal['commit'] = (work) => {
    let position = newest;
    const receivedAt = Math.max(lastReceivedAt, now());
    const append: Append = (entry) => {
      const placed = log.append(encodeEntry(entry), receivedAt);
      position = placed.last;
      if (entry.class === 'record') readModels.add(entry, placed.first, receivedAt);
      else if (entry.class === 'message') {
        for (const [index, record] of entry.records.entries()) {
          readModels.add(record, placed.first + index, receivedAt);
        }
      }
      return position;
    };
    const result = transaction(db, () => work(append, receivedAt));
    newest = position;
    lastReceivedAt = receivedAt;
    return result;
  };
  const skipTelemetry = createSkipper(log, commit);

  return {
    db,
    get newest() {
      return newest;
    },
    get usedBytes() {
      return Number(pages.get()?.used);
    },
    commit,
    trim: (before, position, limit) =>
      transaction(db, () => {
        const removed = log.trim(position, before, limit);
        if (removed > 0) readModels.trim(position, before);
        return removed;
      }),
    skipTelemetry,
    redact: async (isRedacted, before) => {
      const until = newest;
      let entries = 0;
      // What SQLite frees is overwritten, or it could still be read from the file.
      db.exec('PRAGMA secure_delete = ON');
      try {
        for (let after = 0; ; ) {
          const done = transaction(db, () =>
            log.redact({ after, until, limit: redactedAtOnce }, (entry) => {
              if (entry.at >= before) return undefined;
              const left = redactEntry(entry, isRedacted);
              if (!left) return undefined;
              const kept = new Set(decodeEntry({ ...entry, ...left }).map(({ position }) => position));
              for (let one = entry.first; one <= entry.last; one++)
                if (!kept.has(one)) readModels.remove(one);
              return left;
            }),
          );
          entries += done.entries;
          if (done.last === after) break;
          after = done.last;
          await setImmediate();
        }
      } finally {
        db.exec('PRAGMA secure_delete = OFF');
      }
      db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
      return entries;
    },
    close: () => db.close(),
  };
}
