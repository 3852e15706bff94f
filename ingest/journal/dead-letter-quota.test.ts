import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { migrate } from '#runtime/migrations.ts';
import { openSqlite } from '#runtime/sqlite.ts';
import { commitBatch, type JournalTables } from '../receive/commit-batch.ts';
import { validateSafely } from '../receive/validate-safely.ts';
import type { Source } from '../receive/validation-result.ts';
import { readJournal } from '../testing/read-journal.ts';
import { alarm, reading, telemetry } from '../testing/receiving.ts';
import { openDeadLetters } from './dead-letters.ts';
import { openJournal } from './journal.ts';
import { journalMigrations } from './migrations.ts';
import { openSequenceTracker } from './sequence-tracker.ts';

const limit = 10;
const maxBytes = 100_000;
let folder: string;
let tables: JournalTables;

function openBooks(): void {
  const journal = openJournal(join(folder, 'journal.db'), () => 1_000_000);
  const deadLetters = openDeadLetters(journal.db, limit, maxBytes);
  tables = { journal, streams: openSequenceTracker(journal.db), deadLetters };
}
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dead-letter-quota-'));
  openBooks();
});
afterEach(() => {
  tables.journal.close();
  rmSync(folder, { recursive: true });
});

/** What a gateway sends, of devices that nobody knows. */
function send(lane: Source['lane'], message: unknown, gateway = 'gw1') {
  const payload = Buffer.isBuffer(message) ? message : Buffer.from(JSON.stringify(message));
  const context = { source: { community: 'c1', gateway, lane }, findDevice: () => undefined };
  return commitBatch(tables, validateSafely(context, payload));
}
const letters = () =>
  tables.journal.db
    .prepare(
      'SELECT gateway, lane, address, count, sequence FROM dead_letter WHERE settled_at IS NULL ORDER BY id',
    )
    .all();
const shares = () =>
  tables.journal.db.prepare('SELECT room, gateway, letters, bytes FROM dead_letter_share').all();
const watch = (index: number) => `watch-3g:${1_000_000_000 + index}`;

test('letters of telemetry push out no letter of an alarm, however many devices nobody knows send', () => {
  send('alarm', alarm(1, { device: watch(0) }), 'gw2');
  for (let sequence = 1; sequence <= 5 * limit; sequence++) {
    send('telemetry', telemetry(reading(sequence, { device: watch(sequence) })), 'gw2');
  }
  expect(letters().filter(({ lane }) => lane === 'alarm')).toMatchObject([{ address: watch(0) }]);
  expect(letters()).toHaveLength(1 + limit);
  expect(tables.deadLetters.dropped).toEqual({ alarm: 0, telemetry: 4 * limit });
});

test('an unknown thermometer is one letter with a count and its newest reading, by reason', () => {
  for (const sequence of [1, 2, 3]) {
    send('telemetry', telemetry(reading(sequence, { device: watch(1) })));
  }
  send('telemetry', telemetry({ ...reading(4, { device: watch(1) }), sequence: 'four' }));
  send('telemetry', Buffer.from('not json'));
  send('telemetry', Buffer.from('nor this'));
  expect(letters()).toMatchObject([
    { address: watch(1), count: 3, sequence: 3 },
    { address: watch(1), count: 1, sequence: null },
    { address: null, count: 2 },
  ]);
});

test('letters of the alarm lane are each kept whole and each call', () => {
  for (const sequence of [1, 2, 3]) {
    expect(send('alarm', alarm(sequence, { device: watch(1) }))).toMatchObject({ raised: 1 });
  }
  expect(letters()).toHaveLength(3);
});

test('that the alarm of an unknown device is over calls nobody, and is one letter', () => {
  const over = { type: 'event', kind: 'smoke', active: false } as const;
  for (const sequence of [1, 2, 3]) {
    const taken = send('alarm', alarm(sequence, { device: watch(1), body: over }));
    expect(taken).toMatchObject({ deadLetters: 1, raised: 0 });
  }
  expect(letters()).toMatchObject([{ count: 3, sequence: 3 }]);
  const smoke = { ...over, active: true };
  expect(send('alarm', alarm(4, { device: watch(1), body: smoke }))).toMatchObject({ raised: 1 });
});

test('a gateway that floods the alarm lane with junk takes the place of its own letters alone', () => {
  for (const sequence of [1, 2, 3]) send('alarm', alarm(sequence, { device: watch(1) }), 'gw2');
  for (let index = 0; index < 5 * limit; index++) send('alarm', Buffer.from(`junk ${index}`), 'gw1');
  for (const sequence of [4, 5]) send('alarm', alarm(sequence, { device: watch(1) }), 'gw2');
  expect(letters().filter(({ gateway }) => gateway === 'gw2')).toHaveLength(5);
  expect(letters()).toHaveLength(limit);
});

test('large junk takes the place of its own sender’s letters alone', () => {
  for (const sequence of [1, 2, 3]) send('alarm', alarm(sequence, { device: watch(1) }), 'gw2');
  for (let index = 0; index < 5; index++) send('alarm', Buffer.alloc(60_000, `junk ${index} `), 'gw1');
  const kept = letters().map(({ gateway }) => gateway);
  expect(kept).toEqual(['gw2', 'gw2', 'gw2', 'gw1']);
});

test('what each sender has is counted right through additions, repeats, settling and removal', () => {
  for (let index = 0; index < limit + 3; index++) send('alarm', Buffer.from(`junk ${index}`));
  for (const sequence of [1, 2]) send('telemetry', telemetry(reading(sequence, { device: watch(1) })));
  tables.journal.commit((_append, at) => tables.deadLetters.settle(limit, { as: 'discarded', by: 'p1' }, at));
  const counted = tables.journal.db
    .prepare(
      'SELECT room, gateway, count(*) AS letters, sum(length(payload)) AS bytes FROM dead_letter GROUP BY room, gateway',
    )
    .all();
  expect(shares()).toEqual(counted);
});

test('letters of the version before come through, in their room and counted', () => {
  tables.journal.close();
  rmSync(join(folder, 'journal.db'));
  const before = openSqlite(join(folder, 'journal.db'), { synchronous: 'full' });
  migrate(before, 'journal', journalMigrations.slice(0, 3));
  const add = before.prepare(
    `INSERT INTO dead_letter (hash, community, gateway, lane, reason, path, expected, payload, payload_bytes, count,
       first_seen, last_seen, raised_at) VALUES (?, 'c1', 'gw1', ?, 'invalid', '/', '', x'7b7d', 2, 1, 1, 1, ?)`,
  );
  add.run('a', 'alarm', 1);
  add.run('b', 'telemetry', null);
  add.run('c', 'telemetry', 1);
  add.run('d', 'state', null);
  before.close();
  openBooks();
  expect(shares()).toEqual([
    { room: 'alarm', gateway: 'gw1', letters: 2, bytes: 4 },
    { room: 'telemetry', gateway: 'gw1', letters: 2, bytes: 4 },
  ]);
  expect(letters()).toHaveLength(4);
  send('alarm', Buffer.from('more'));
  expect(letters()).toHaveLength(5);
  expect(readJournal(join(folder, 'journal.db'))).toHaveLength(1);
});
