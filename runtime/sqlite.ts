import { accessSync, constants, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { errorCode } from './errors.ts';

/** How a database file is opened. */
export interface SqliteOptions {
  /** A reader never creates or changes the file. */
  readOnly?: boolean;
  /** `full` syncs every commit to disk, for what was answered; `normal` syncs at checkpoints. */
  synchronous?: 'full' | 'normal';
  /** Largest size in bytes; writing beyond fails with SQLITE_FULL. */
  maxBytes?: number;
  /** How long to wait for another process's lock, in ms. */
  busyTimeoutMs?: number;
  /** Keep all others out, readers too; needs no shared-memory file, so it opens on a full disk. */
  exclusive?: boolean;
}

/** Opens a SQLite file in WAL mode; each file has exactly one writing process. */
export function openSqlite(file: string, options: SqliteOptions = {}): DatabaseSync {
  if (!options.readOnly) mkdirSync(dirname(file), { recursive: true });
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(file, {
      readOnly: options.readOnly ?? false,
      timeout: options.busyTimeoutMs ?? 5000,
      enableForeignKeyConstraints: true,
    });
    if (!options.readOnly) prepareForWriting(db, options);
    return db;
  } catch (error) {
    db?.close();
    // SQLite does not say of which file it speaks.
    const more = options.readOnly ? '' : whyNotWritable(dirname(file));
    if (error instanceof Error) error.message = `${file}: ${error.message}${more}`;
    throw error;
  }
}

function whyNotWritable(folder: string): string {
  try {
    accessSync(folder, constants.W_OK);
    return '';
  } catch (error) {
    return `; its folder cannot be written (${errorCode(error) ?? 'unknown'})`;
  }
}

function prepareForWriting(db: DatabaseSync, options: SqliteOptions): void {
  if (options.exclusive) db.exec('PRAGMA locking_mode = EXCLUSIVE');
  db.exec('PRAGMA journal_mode = WAL');
  db.exec(`PRAGMA synchronous = ${options.synchronous ?? 'full'}`);
  if (options.maxBytes === undefined) return;
  const { page_size } = db.prepare('PRAGMA page_size').get() as { page_size: number };
  db.exec(`PRAGMA max_page_count = ${Math.max(1, Math.floor(options.maxBytes / page_size))}`);
}

/**
 * Runs `work` in a transaction that takes the write lock at once.
 *
 * A deferred BEGIN that reads first fails with SQLITE_BUSY_SNAPSHOT, which no busy timeout waits for.
 */
export function transaction<T>(db: DatabaseSync, work: () => T): T {
  db.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    db.exec('COMMIT');
    return result;
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
}

/** True for a fault of the disk, which passes; false for one that what is written gives at every attempt. */
export function isStorageFault(error: unknown): boolean {
  const ofTheStatement = [1, 18, 19, 20, 25]; // ERROR, TOOBIG, CONSTRAINT, MISMATCH, RANGE
  const code = (error as { errcode?: number } | undefined)?.errcode;
  return code !== undefined && !ofTheStatement.includes(code & 0xff);
}

/** True where a write failed because the disk or the file's size limit is full. */
export function isDiskFull(error: unknown): boolean {
  const full = 13; // SQLITE_FULL
  const ioerr = 10; // SQLITE_IOERR, which a full disk gives while the WAL grows
  if (errorCode(error) !== 'ERR_SQLITE_ERROR') return false;
  const code = (error as { errcode?: number }).errcode ?? 0;
  return (code & 0xff) === full || (code & 0xff) === ioerr;
}
