import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDeadLetters } from '../journal/dead-letters.ts';
import { openJournal } from '../journal/journal.ts';
import { openSequenceTracker } from '../journal/sequence-tracker.ts';
import { readJournal } from '../testing/read-journal.ts';
import { alarm, epoch } from '../testing/receiving.ts';
import { commitBatch, type JournalTables } from './commit-batch.ts';
import { validateSafely } from './validate-safely.ts';

let folder: string;
let tables: JournalTables;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'twins-'));
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

const context = {
  source: { community: 'c1', gateway: 'gw1', lane: 'alarm' as const },
  findDevice: () => 'd1',
};
const send = (...messages: ReturnType<typeof alarm>[]) =>
  commitBatch(
    tables,
    messages.flatMap((message) => validateSafely(context, Buffer.from(JSON.stringify(message)))),
  );
const press = (code: string, part: object = {}) =>
  alarm(1, { body: { type: 'event', kind: 'sos', code }, ...part });
const journalled = () => {
  const entries = readJournal(join(folder, 'journal.db'));
  return entries.flatMap((entry) =>
    entry.class === 'record' && entry.body.type === 'event' ? [[entry.body.code, entry.saidEpoch]] : [],
  );
};

test('two alarms that copies of one agent give one identity are both journalled, each once however often sent', () => {
  for (let time = 1; time <= 3; time++) {
    for (const code of ['of a', 'of b', 'of c']) {
      const taken = send(press(code, { heldMs: time * 5000 }));
      // The agent waits for the stream that it knows.
      expect([...taken.touched].map((stream) => stream.epoch)).toContain(epoch);
    }
  }
  expect(journalled()).toEqual([
    ['of a', undefined],
    ['of b', epoch],
    ['of c', epoch],
  ]);
});

test('both come in one commit', () => {
  expect(send(press('of a'), press('of b'))).toMatchObject({ journalled: 2, conflicts: 1, duplicates: 0 });
});

test('one alarm sent again with another time, another clock or as a gap is no second alarm', () => {
  send(press('of a'));
  send(press('of a', { heldMs: 9000, capturedAt: '2026-11-24T01:20:00.000Z', clock: { state: 'unknown' } }));
  send(alarm(1, { body: { type: 'gap', from: 1, reason: 'refused' } }));
  expect(journalled()).toEqual([['of a', undefined]]);
});
