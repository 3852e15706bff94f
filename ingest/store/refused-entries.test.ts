import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { migrate } from '#runtime/migrations.ts';
import { openSqlite, transaction } from '#runtime/sqlite.ts';
import { heartRate, storedEntry } from '../testing/stored-entries.ts';
import { storeMigrations } from './migrations.ts';
import { maxRefused, openRefusedEntries } from './refused-entries.ts';
import { troubleOf } from './store-errors.ts';
import { openStoreHealthReader } from './store-health-reader.ts';
import type { RefusedEntry } from './telemetry-store.ts';

const entryAt = (position: number) => storedEntry(position, heartRate(60));
const refusedAt = (position: number): RefusedEntry => ({
  entry: entryAt(position),
  measurement: 'reading',
  cause: 'type-conflict',
  reason: 'no',
});

test('more refused entries than are kept are counted all the same, until the journal is written again from before them', () => {
  const folder = mkdtempSync(join(tmpdir(), 'refused-'));
  const file = join(folder, 'store.db');
  const health = openStoreHealthReader(file);
  expect(health.refused('c1', 10)).toEqual([]);
  const db = openSqlite(file);
  expect([health.refused('c1', 10), health.trouble()]).toEqual([[], undefined]);
  migrate(db, 'store', storeMigrations);
  const refused = openRefusedEntries(db);
  const all = Array.from({ length: maxRefused + 20 }, (_, index) => refusedAt(index + 1));
  const settle = (some: readonly RefusedEntry[], still: readonly RefusedEntry[]) =>
    transaction(db, () =>
      refused.settle(
        some.map(({ entry }) => entry),
        still,
        0,
      ),
    );
  settle(all, all);
  const told = [{ cause: 'type-conflict', measurement: 'reading', entries: maxRefused + 20 }];
  expect(health.refused('c1', 10)).toEqual(told);
  expect(refused.count()).toBe(maxRefused + 20);
  expect(refused.entriesOf({ cause: 'type-conflict', measurement: 'reading' }, -1, 1)).toMatchObject([
    { position: 21 },
  ]);

  // What is only counted and lies before the beginning cannot be told apart from what is still refused.
  refused.startOver(2);
  expect(refused.count()).toBe(maxRefused + 20);
  refused.startOver(1);
  expect(refused.count()).toBe(maxRefused);
  settle(all, all.slice(-3));
  expect(refused.count()).toBe(3);
  expect(transaction(db, refused.drop)).toBe(3);
  expect(health.refused(undefined, 10)).toEqual([]);
  health.close();
  db.close();
  rmSync(folder, { recursive: true });
});

test('a full disk of store.db is told as such', () => {
  expect(troubleOf(new Error('database or disk is full'))).toBe('disk-full');
  expect(troubleOf(new Error('database is locked'))).toBe('failing');
});
