import type { RecordEntry } from '#contracts/journal-entry.ts';
import type { CommandResult } from '#contracts/record-body.ts';
import { requireMigrated } from '#runtime/migrations.ts';
import { openSqlite } from '#runtime/sqlite.ts';
import { commandResultSql } from './command-result-kind.ts';
import { journalMigrations } from './migrations.ts';

/** What a gateway said became of a command. */
export interface JournalledResult {
  /** Journal position. */
  position: number;
  community: string;
  gateway: string;
  /** Device id of the registry. */
  device: string;
  command: string;
  result: CommandResult['result'];
  reason?: string;
}

/** Follows the results of commands by journal position. */
export interface CommandResultReader {
  /** Results after `position`, oldest first, at most `limit`. */
  after(position: number, limit: number): JournalledResult[];
  close(): void;
}

/**
 * Opens journal.db for following the results of commands; reads cost by results, not by the journal's length.
 *
 * @throws {RuntimeError} `DATABASE_NOT_MIGRATED`, or SQLite's error where there is no file yet.
 */
export function openCommandResultReader(file: string): CommandResultReader {
  const db = openSqlite(file, { readOnly: true });
  requireMigrated(db, 'journal', journalMigrations);
  const after = db.prepare(
    `SELECT position, entry FROM journal WHERE ${commandResultSql} AND position > ? ORDER BY position LIMIT ?`,
  );
  return {
    after: (position, limit) => after.all(position, limit).map(resultOf),
    close: () => db.close(),
  };
}

function resultOf(row: Record<string, unknown>): JournalledResult {
  const { community, gateway, device, body } = JSON.parse(String(row.entry)) as RecordEntry;
  if (body.type !== 'command-result') throw new TypeError(`entry ${row.position} is no command result`);
  const { command, result, reason } = body;
  const position = Number(row.position);
  return { position, community, gateway, device, command, result, ...(reason !== undefined && { reason }) };
}
