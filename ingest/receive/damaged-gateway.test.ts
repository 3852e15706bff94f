import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDeadLetters } from '../journal/dead-letters.ts';
import { openJournal } from '../journal/journal.ts';
import { openSequenceTracker } from '../journal/sequence-tracker.ts';
import { readJournal } from '../testing/read-journal.ts';
import { alarm } from '../testing/receiving.ts';
import { commitBatch, type JournalTables } from './commit-batch.ts';
import { validateSafely } from './validate-safely.ts';

let folder: string;
let tables: JournalTables;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'damaged-'));
  const journal = openJournal(join(folder, 'journal.db'), () => 1_000_000);
  tables = {
    journal,
    streams: openSequenceTracker(journal.db),
    deadLetters: openDeadLetters(journal.db, 10),
  };
});
afterEach(() => {
  tables.journal.close();
  rmSync(folder, { recursive: true });
});

const source = { community: 'c1', gateway: 'gw1', lane: 'alarm' as const };
const send = (message: unknown) => {
  const payload = Buffer.from(JSON.stringify(message));
  commitBatch(tables, validateSafely({ source, findDevice: () => 'd1' }, payload));
};
const gap = (from: number, to: number) => alarm(to, { body: { type: 'gap', from, reason: 'unreadable' } });
const gaps = () => {
  const entries = readJournal(join(folder, 'journal.db'));
  return entries.flatMap((entry) =>
    entry.class === 'record' && entry.body.type === 'gap' ? [[entry.body.from, entry.sequence]] : [],
  );
};

test('a gateway with a damaged file says more is lost than is: what was acknowledged is not counted', () => {
  for (const sequence of [1, 2, 3, 4]) send(alarm(sequence));
  send(gap(1, 6));
  expect(gaps()).toEqual([[5, 6]]);
});

test('a gap over what was all acknowledged tells of no loss', () => {
  for (const sequence of [1, 2, 3, 4]) send(alarm(sequence));
  send(gap(1, 4));
  expect(gaps()).toEqual([]);
});
