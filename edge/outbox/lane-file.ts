import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { Lane } from '#contracts/facts/event-kinds.ts';
import { toTimestamp } from '#contracts/time.ts';
import { errorCode } from '#runtime/errors.ts';
import { migrate } from '#runtime/migrations.ts';
import { openSqlite } from '#runtime/sqlite.ts';
import { EdgeError } from '../errors.ts';
import { laneMigrations } from './lane-migrations.ts';
import { isLogBroken } from './sqlite-page-images.ts';

/** Where a lane is kept, and how surely. */
export interface LaneFileOptions {
  lane: Lane;
  file: string;
  /** `full` syncs each commit to disk. */
  synchronous: 'full' | 'normal';
  /** Hard limit of the file in bytes; a write beyond fails as on a full disk. */
  maxBytes?: number;
}

/**
 * Opens a lane's file for this process alone and checks that it can be read.
 *
 * @throws {EdgeError} `OUTBOX_IN_USE` where another agent has it open.
 */
export function openLaneFile(options: LaneFileOptions): DatabaseSync {
  try {
    return openSound(options);
  } catch (error) {
    if (sqliteCode(error) !== busy) throw error;
    throw new EdgeError(
      'OUTBOX_IN_USE',
      `${options.file} is open in another agent; only one may run a gateway`,
      { cause: error },
    );
  }
}

function openSound({ lane, file, synchronous, maxBytes }: LaneFileOptions): DatabaseSync {
  // SQLite would read the log up to the damage and forget without a word what was committed after it.
  if (lane === 'alarm' && isLogBroken(file)) throw corruption('the log is damaged in its midst');
  const limit = maxBytes !== undefined && { maxBytes };
  const db = openSqlite(file, { synchronous, busyTimeoutMs, exclusive: true, ...limit });
  try {
    db.exec(`PRAGMA wal_autocheckpoint = ${logPages}`);
    db.exec('BEGIN IMMEDIATE; COMMIT');
    const isNew = !db.prepare('SELECT 1 FROM sqlite_master LIMIT 1').get();
    if (isNew) db.exec('PRAGMA auto_vacuum = INCREMENTAL; VACUUM');
    migrate(db, 'outbox', laneMigrations);
    // Small enough to be read whole at every start; the telemetry file may be gigabytes.
    if (lane === 'alarm') requireSound(db);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Length of the write-ahead log, in pages; short, because on a full disk it lives off the reserve. */
const logPages = 250;
/** How long to wait for an agent that is just ending, in ms. */
const busyTimeoutMs = 1000;
const corrupt = 11; // SQLITE_CORRUPT
const notADatabase = 26; // SQLITE_NOTADB
const busy = 5; // SQLITE_BUSY

/** True where a file is no readable database any more. */
export function isCorrupt(error: unknown): boolean {
  const code = sqliteCode(error);
  return code === corrupt || code === notADatabase;
}

/** Ends the name of a file moved aside, until what it still holds is in the new one. */
const unread = '.unread';

/** Moves a file that cannot be read aside, to be salvaged and for a person to look at. @returns Its new path. */
export function moveAside(file: string, now: number): string {
  const aside = `${file}.corrupt-${toTimestamp(now).replaceAll(/[:.]/g, '-')}${unread}`;
  // The log first: without the file before it nobody would look for it.
  if (existsSync(`${file}-wal`)) renameSync(`${file}-wal`, `${aside}-wal`);
  renameSync(file, aside);
  rmSync(`${file}-shm`, { force: true });
  return aside;
}

/** Files moved aside of which nobody knows yet what they still hold, oldest first. */
export function unreadAsides(file: string): string[] {
  const folder = dirname(file);
  const isUnread = (name: string) => name.startsWith(`${basename(file)}.corrupt-`) && name.endsWith(unread);
  return readdirSync(folder)
    .filter(isUnread)
    .sort()
    .map((name) => join(folder, name));
}

/** What a file moved aside still holds is safe elsewhere. */
export function settleAside(aside: string): void {
  const settled = aside.slice(0, -unread.length);
  if (existsSync(`${aside}-wal`)) renameSync(`${aside}-wal`, `${settled}-wal`);
  renameSync(aside, settled);
}

/** Removes a lane's file with all that belongs to it. */
export function removeLaneFile(file: string): void {
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true });
}

function requireSound(db: DatabaseSync): void {
  const found = db.prepare('PRAGMA quick_check(1)').get()?.quick_check;
  if (found !== 'ok') throw corruption(`quick_check: ${found}`);
}

/** An error as SQLite gives it for a file that cannot be read, for damage that it does not see. */
export function corruption(what: string): Error {
  return Object.assign(new Error(what), { code: 'ERR_SQLITE_ERROR', errcode: corrupt });
}

function sqliteCode(error: unknown): number | undefined {
  if (errorCode(error) !== 'ERR_SQLITE_ERROR') return undefined;
  return ((error as { errcode?: number }).errcode ?? 0) & 0xff;
}
