import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { silentLog } from '#runtime/log.ts';
import { openSqlite } from '#runtime/sqlite.ts';
import { readFurthest } from './furthest-read.ts';
import { openCursors, readCursor } from './sqlite/cursors.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'read-positions-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('the furthest reader counts; one that has no file yet, or a broken one, stops nothing', async () => {
  const [whole, other, broken] = ['a.db', 'b.db', 'c.db'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  for (const [file, position] of [
    [whole, 40],
    [other, 70],
  ] as const) {
    const db = openSqlite(file);
    db.exec('CREATE TABLE cursor (name TEXT PRIMARY KEY, position INTEGER NOT NULL) STRICT');
    openCursors(db).set('journal', position);
    db.close();
  }
  writeFileSync(broken, 'no database at all');
  const read = (file: string) => readCursor(file, 'journal');
  const readers = [whole, broken, join(folder, 'none.db'), other].map((file) => ({ file, read }));
  expect(await readFurthest(readers, silentLog())).toBe(70);
  expect(await readFurthest([], silentLog())).toBe(0);
});
