import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { openSqlite, transaction } from '#runtime/sqlite.ts';
import { describeEventLog } from '../describe-event-log.ts';
import { createLogTable } from './log-table.ts';
import { openLogReader, openLogWriter } from './sqlite-log.ts';

describeEventLog('SQLite', () => {
  const folder = mkdtempSync(join(tmpdir(), 'event-log-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'log.db');
  const db = openSqlite(file);
  onTestFinished(() => db.close());
  db.exec(createLogTable('log'));
  const reading = openSqlite(file, { readOnly: true });
  onTestFinished(() => reading.close());
  return {
    writer: openLogWriter(db, 'log'),
    reader: openLogReader(reading, 'log'),
    inTransaction: (work) => transaction(db, work),
    reopen: (floor) => openLogWriter(db, 'log', floor),
  };
});
