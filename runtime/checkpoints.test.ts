import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startCheckpoints } from './checkpoints.ts';
import { silentLog } from './log.ts';
import { openSqlite } from './sqlite.ts';
import type { SupervisedWorker } from './supervised-worker.ts';

let folder: string;
let checkpoints: SupervisedWorker;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'checkpoints-'));
});
afterEach(async () => {
  await checkpoints.close();
  rmSync(folder, { recursive: true });
});

/** A writer that never checkpoints by itself. */
const openWriter = (file: string) => {
  const db = openSqlite(file);
  db.exec('PRAGMA wal_autocheckpoint = 0; CREATE TABLE kept (bytes)');
  return db;
};
const start = (...files: string[]) => {
  checkpoints = startCheckpoints(files, { log: silentLog(), logLevel: 'error', now: () => 0 });
};
const until = (check: () => void) => vi.waitFor(check, { interval: 20, timeout: 10_000 });

test('what is committed reaches the file while its writer is open', async () => {
  const file = join(folder, 'a.db');
  const db = openWriter(file);
  db.exec('INSERT INTO kept VALUES (zeroblob(200000))');
  expect(statSync(file).size).toBeLessThan(10_000);
  start(file);
  await until(() => expect(statSync(file).size).toBeGreaterThan(200_000));
  db.exec('INSERT INTO kept VALUES (zeroblob(200000))');
  await until(() => expect(statSync(file).size).toBeGreaterThan(400_000));
  expect(db.prepare('SELECT count(*) AS rows FROM kept').get()).toEqual({ rows: 2 });
  db.close();
});

test('a file that comes later is taken up, and one that is none disturbs no other', async () => {
  const [folderInPlace, later] = [folder, join(folder, 'later.db')];
  start(folderInPlace, later);
  const db = openWriter(later);
  db.exec('INSERT INTO kept VALUES (zeroblob(200000))');
  await until(() => expect(statSync(later).size).toBeGreaterThan(200_000));
  db.close();
});
