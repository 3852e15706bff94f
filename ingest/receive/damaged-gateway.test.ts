import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDeadLetters } from '../journal/dead-letters.ts';
import { openJournal } from '../journal/journal.ts';
import { openStreamBook } from '../journal/stream-book.ts';
import { alarm } from '../receiving.fixture.ts';
import { readJournal } from '../testing/read-journal.ts';
import { judgeSafely } from './judge-safely.ts';
import { type Books, takeIn } from './take-in.ts';

let folder: string;
let books: Books;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'damaged-'));
  const journal = openJournal(join(folder, 'journal.db'), () => 1_000_000);
  books = { journal, streams: openStreamBook(journal.db), deadLetters: openDeadLetters(journal.db, 10) };
});
afterEach(() => {
  books.journal.close();
  rmSync(folder, { recursive: true });
});

const source = { community: 'c1', gateway: 'gw1', lane: 'alarm' as const };
const send = (message: unknown) => {
  const payload = Buffer.from(JSON.stringify(message));
  takeIn(books, judgeSafely({ source, findDevice: () => 'd1' }, payload));
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
