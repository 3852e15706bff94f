import { RuntimeError } from '#runtime/errors.ts';
import { openSqlite } from '#runtime/sqlite.ts';
import type { LogReader } from '../event-log.ts';
import { openLogReader } from './sqlite-log.ts';

/** A log's reader with a connection of its own. */
export interface OpenedLog extends LogReader {
  close(): void;
}

/**
 * Opens a log in another part's file for reading, from any thread or process.
 *
 * @throws {RuntimeError} `DATABASE_NOT_MIGRATED` where the file has no such log, or SQLite's error where there is no file.
 */
export function openLogFile(file: string, table: string): OpenedLog {
  const db = openSqlite(file, { readOnly: true });
  try {
    const has = db.prepare("SELECT 1 FROM pragma_table_info(?) WHERE name = 'head'").get(table);
    if (!has) {
      throw new RuntimeError(
        'DATABASE_NOT_MIGRATED',
        `${file} has no log ${table}; run "npm run provision -- migrate"`,
      );
    }
    return { ...openLogReader(db, table), close: () => db.close() };
  } catch (error) {
    db.close();
    throw error;
  }
}
