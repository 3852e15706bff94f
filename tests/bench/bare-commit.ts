import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqlite } from '#runtime/sqlite.ts';

/** The disk's own cost of a commit: one small row, synced, in a file of its own on the disk of temporary folders. */
export interface BareCommit {
  /** Commits once. @returns How long it took, in ms. */
  time(): number;
  /** Removes the file. */
  close(): void;
}

/** Opens the file to commit to. */
export function openBareCommit(): BareCommit {
  const folder = mkdtempSync(join(tmpdir(), 'bare-commit-'));
  const db = openSqlite(join(folder, 'bare.db'));
  db.exec('CREATE TABLE row (id INTEGER PRIMARY KEY, text TEXT)');
  const insert = db.prepare('INSERT INTO row (text) VALUES (?)');
  return {
    time: () => {
      const from = performance.now();
      db.exec('BEGIN IMMEDIATE');
      insert.run('a small row');
      db.exec('COMMIT');
      return performance.now() - from;
    },
    close: () => {
      db.close();
      rmSync(folder, { recursive: true });
    },
  };
}
