import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createKysely } from './kysely-sqlite.ts';
import { migrate, requireMigrated } from './migrations.ts';
import { isDiskFull, openSqlite, transaction } from './sqlite.ts';

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sqlite-'));
  file = join(folder, 'x.db');
});
afterEach(() => rmSync(folder, { recursive: true }));

const first = 'CREATE TABLE t (id INTEGER PRIMARY KEY, text TEXT) STRICT';
const second = 'ALTER TABLE t ADD COLUMN more TEXT';

test('migrations run once each and only what is new', () => {
  const db = openSqlite(file);
  expect(migrate(db, 'x', [first])).toBe(1);
  expect(migrate(db, 'x', [first, second])).toBe(1);
  expect(migrate(db, 'x', [first, second])).toBe(0);
  expect(() => migrate(db, 'x', [first])).toThrow(expect.objectContaining({ code: 'DATABASE_TOO_NEW' }));
  db.close();
  const reader = openSqlite(file, { readOnly: true });
  requireMigrated(reader, 'x', [first, second]);
  expect(() => requireMigrated(reader, 'x', [first, second, 'x'])).toThrow(
    expect.objectContaining({ code: 'DATABASE_NOT_MIGRATED' }),
  );
  reader.close();
});

test('a migration that fails leaves the version before it', () => {
  const db = openSqlite(file);
  expect(() => migrate(db, 'x', [first, 'CREATE TABLE u (id TEXT); not sql'])).toThrow();
  expect(db.prepare('SELECT version FROM migration').get()).toEqual({ version: 1 });
  expect(db.prepare("SELECT 1 FROM sqlite_master WHERE name = 'u'").get()).toBeUndefined();
  db.close();
});

test('a transaction that throws leaves nothing behind', () => {
  const db = openSqlite(file);
  db.exec(first);
  expect(() =>
    transaction(db, () => {
      db.exec("INSERT INTO t VALUES (1, 'a')");
      throw new Error('no');
    }),
  ).toThrow('no');
  expect(db.prepare('SELECT count(*) AS n FROM t').get()).toEqual({ n: 0 });
  db.close();
});

test('a full file is told apart from other errors', () => {
  const db = openSqlite(file, { maxBytes: 32_768 });
  db.exec(first);
  const insert = db.prepare('INSERT INTO t (text) VALUES (?)');
  const fill = () => {
    for (let index = 0; index < 100; index++) insert.run('x'.repeat(1000));
  };
  let caught: unknown;
  try {
    fill();
  } catch (error) {
    caught = error;
  }
  expect(isDiskFull(caught)).toBe(true);
  expect(isDiskFull(new Error('other'))).toBe(false);
  db.close();
});

test('a Kysely transaction takes the write lock at once', async () => {
  const db = openSqlite(file);
  db.exec(first);
  const other = openSqlite(file);
  other.exec('PRAGMA busy_timeout = 0');
  const kysely = createKysely<{ t: { id: number; text: string } }>(db);
  await kysely.transaction().execute(async (trx) => {
    await trx.selectFrom('t').selectAll().execute();
    expect(() => other.exec("INSERT INTO t VALUES (1, 'a')")).toThrow('locked');
    await trx.insertInto('t').values({ id: 2, text: 'b' }).execute();
  });
  other.exec("INSERT INTO t VALUES (1, 'a')");
  other.close();
  await kysely.destroy();
});
