import type { DatabaseSync } from 'node:sqlite';
import type {
  GatewayEntry,
  IncidentEntry,
  MetricsEntry,
  RecordEntry,
  SkippedEntry,
  TickEntry,
} from '#contracts/journal-entry.ts';
import { migrate } from '#runtime/migrations.ts';
import { openSqlite, transaction } from '#runtime/sqlite.ts';
import { journalMigrations } from './migrations.ts';
import { createSkipper } from './skip-telemetry.ts';

/** An entry before the journal gives it its position and time. */
export type NewEntry = RecordEntry | GatewayEntry | TickEntry | IncidentEntry | SkippedEntry | MetricsEntry;

/** What a skip did: how far it looked, and how many records went. */
export interface Skipped {
  position: number;
  records: number;
}

/** The journal's one writer; every commit is on disk when `commit` returns. */
export interface Journal {
  /** The open file, for tables that are written in the journal's own transaction. */
  readonly db: DatabaseSync;
  /** Position of the newest committed entry, 0 when empty, or that up to which none is given. */
  readonly newest: number;
  /**
   * Runs `work` as one durable transaction. Entries get consecutive positions and one `receivedAt`, the
   * platform's time or, where the clock went back, the last one given.
   *
   * @throws whatever `work` throws, or the disk's error; nothing of it is kept then.
   */
  commit<T>(work: (append: (entry: NewEntry) => number, receivedAt: number) => T): T;
  /** Bytes of the file that hold something; a checkpoint that is due and the WAL come on top. */
  readonly usedBytes: number;
  /**
   * Removes the oldest entries up to `position` that are older than `before`; the newest entry always stays.
   *
   * @returns Entries removed, at most `limit`.
   */
  trim(before: number, position: number, limit: number): number;
  /**
   * Removes telemetry among the `limit` entries after `position` and up to `until`, and tells it by a `skipped`
   * entry for each stream; alarms, states and what people did stay.
   */
  skipTelemetry(position: number, until: number, limit: number): Skipped;
  close(): void;
}

/** What a journal is opened with besides its file and clock. */
export interface JournalOptions {
  /** Size of the file beyond which a commit fails with SQLITE_FULL. */
  maxBytes?: number;
  /** Positions up to here are never given, as a reader has read them: of a journal that is an older copy now. */
  readTo?: number;
}

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
  const insert = db.prepare(
    'INSERT INTO journal (position, received_at, class, kind, device, entry) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const remove = db.prepare(
    `DELETE FROM journal WHERE position IN (
       SELECT position FROM (SELECT position, received_at FROM journal WHERE position <= ? ORDER BY position LIMIT ?)
       WHERE received_at < ?)`,
  );
  const pages = db.prepare(
    `SELECT (page_count - freelist_count) * page_size AS used
     FROM pragma_page_count(), pragma_freelist_count(), pragma_page_size()`,
  );
  const last = db.prepare('SELECT position, received_at FROM journal ORDER BY position DESC LIMIT 1').get() as
    | { position: number; received_at: number }
    | undefined;
  let newest = Math.max(last?.position ?? 0, readTo);
  let lastReceivedAt = last?.received_at ?? 0;

  const commit: Journal['commit'] = (work) => {
    let position = newest;
    const receivedAt = Math.max(lastReceivedAt, now());
    const append = (entry: NewEntry) => {
      position += 1;
      insert.run(position, receivedAt, entry.class, kindOf(entry), deviceOf(entry), JSON.stringify(entry));
      return position;
    };
    const result = transaction(db, () => work(append, receivedAt));
    newest = position;
    lastReceivedAt = receivedAt;
    return result;
  };
  const skipTelemetry = createSkipper(db, commit);

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
      Number(remove.run(Math.min(position, newest - 1), limit, before).changes),
    skipTelemetry: (position, until, limit) => skipTelemetry(position, Math.min(until, newest - 1), limit),
    close: () => db.close(),
  };
}

function kindOf(entry: NewEntry): string {
  if (entry.class === 'record') return entry.body.type === 'event' ? entry.body.kind : entry.body.type;
  if (entry.class === 'gateway') return entry.status;
  return entry.class === 'incident' ? entry.transition : entry.class;
}

function deviceOf(entry: NewEntry): string | null {
  return entry.class === 'record' ? entry.device : null;
}
