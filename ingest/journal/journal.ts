import type { DatabaseSync } from 'node:sqlite';
import type { GatewayEntry, IncidentEntry, RecordEntry, TickEntry } from '#contracts/journal-entry.ts';
import { migrate } from '#runtime/migrations.ts';
import { openSqlite, transaction } from '#runtime/sqlite.ts';
import { journalMigrations } from './migrations.ts';

/** An entry before the journal gives it its position and time. */
export type NewEntry = RecordEntry | GatewayEntry | TickEntry | IncidentEntry;

/** The journal's one writer; every commit is on disk when `commit` returns. */
export interface Journal {
  /** The open file, for tables that are written in the journal's own transaction. */
  readonly db: DatabaseSync;
  /** Position of the newest committed entry, 0 when empty. */
  readonly newest: number;
  /**
   * Runs `work` as one durable transaction. Entries get consecutive positions and one `receivedAt`, the
   * platform's time or, where the clock went back, the last one given.
   *
   * @throws whatever `work` throws, or the disk's error; nothing of it is kept then.
   */
  commit<T>(work: (append: (entry: NewEntry) => number, receivedAt: number) => T): T;
  /**
   * Removes entries up to `position` that are older than `before`; the newest entry always stays.
   *
   * @returns Entries removed, at most `limit`.
   */
  trim(before: number, position: number, limit: number): number;
  close(): void;
}

/** Opens journal.db for writing, bringing its tables to the newest version. */
export function openJournal(file: string, now: () => number): Journal {
  const db = openSqlite(file, { synchronous: 'full' });
  migrate(db, 'journal', journalMigrations);
  // A checkpoint syncs twice more; fewer and larger ones leave more of the disk to commits.
  db.exec('PRAGMA wal_autocheckpoint = 4000');
  const insert = db.prepare(
    'INSERT INTO journal (position, received_at, class, kind, device, entry) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const remove = db.prepare(
    `DELETE FROM journal WHERE position IN (
       SELECT position FROM journal WHERE position <= ? AND received_at < ? ORDER BY position LIMIT ?)`,
  );
  const last = db.prepare('SELECT position, received_at FROM journal ORDER BY position DESC LIMIT 1').get() as
    | { position: number; received_at: number }
    | undefined;
  let newest = last?.position ?? 0;
  let lastReceivedAt = last?.received_at ?? 0;

  return {
    db,
    get newest() {
      return newest;
    },
    commit: (work) => {
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
    },
    trim: (before, position, limit) =>
      Number(remove.run(Math.min(position, newest - 1), before, limit).changes),
    close: () => db.close(),
  };
}

function kindOf(entry: NewEntry): string {
  if (entry.class === 'record') return entry.body.type === 'event' ? entry.body.kind : entry.body.type;
  if (entry.class === 'gateway') return entry.status;
  return entry.class === 'incident' ? entry.transition : 'tick';
}

function deviceOf(entry: NewEntry): string | null {
  return entry.class === 'record' ? entry.device : null;
}
