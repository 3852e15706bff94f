import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { JournalEntry } from '#contracts/journal-entry.ts';
import { migrate } from '#runtime/migrations.ts';
import { openSqlite } from '#runtime/sqlite.ts';
import { storeMigrations } from './migrations.ts';
import { createRefusedEntries } from './refused-entries.ts';
import { openRefusedEntryReader } from './refused-entry-reader.ts';

test('refused entries are counted by reason, of one community, from when their file is there', () => {
  const folder = mkdtempSync(join(tmpdir(), 'refused-'));
  const file = join(folder, 'store.db');
  const reader = openRefusedEntryReader(file);
  expect(reader.counts('c1', 10)).toEqual([]);
  const db = openSqlite(file);
  expect(reader.counts('c1', 10)).toEqual([]);
  migrate(db, 'store', storeMigrations);
  const keep = createRefusedEntries(db);
  const refuse = (position: number, community: string, reason: string) => ({
    entry: { class: 'gateway', position, community } as JournalEntry,
    reason,
  });
  keep([refuse(1, 'c1', 'too long'), refuse(2, 'c1', 'field type'), refuse(3, 'c1', 'field type')], 0);
  keep([refuse(4, 'c2', 'too long')], 0);
  expect(reader.counts('c1', 10)).toEqual([
    { reason: 'field type', entries: 2 },
    { reason: 'too long', entries: 1 },
  ]);
  expect(reader.counts('c2', 10)).toEqual([{ reason: 'too long', entries: 1 }]);
  expect(reader.counts('c1', 1)).toHaveLength(1);
  reader.close();
  db.close();
  rmSync(folder, { recursive: true });
});
