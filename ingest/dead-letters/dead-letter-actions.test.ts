import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { DeadLetterReader } from '#contracts/dead-letters.ts';
import type { JournalEntry, RecordEntry } from '#contracts/journal-entry.ts';
import type { CommunityPlan } from '#registry/community-plan.ts';
import { type FollowedRegistry, followRegistry } from '#registry/open-registry.ts';
import { silentLog } from '#runtime/log.ts';
import { maxKeptPayloadBytes } from '../journal/dead-letter.ts';
import { openDeadLetterReader } from '../journal/dead-letter-reader.ts';
import { openDeadLetters } from '../journal/dead-letters.ts';
import { openJournal } from '../journal/journal.ts';
import { openSequenceTracker } from '../journal/sequence-tracker.ts';
import { commitBatch, type JournalTables } from '../receive/commit-batch.ts';
import { validateSafely } from '../receive/validate-safely.ts';
import type { Source } from '../receive/validation-result.ts';
import {
  alarm,
  createSite,
  epoch,
  journalOf,
  reading,
  type TestSite,
  telemetry,
} from '../testing/receiving.ts';
import { createDeadLetterActions, type DeadLetterActions } from './dead-letter-actions.ts';

const limit = 100;
const asked = { community: 'c1', actor: 'p1' };
const address = 'watch-3g:1111111111';
const newWatch: CommunityPlan['devices'][number] = {
  id: 'd9',
  gateway: 'gw1',
  address,
  class: 'watch',
  name: '新手表',
};
const at = 1_790_000_000_000;

let site: TestSite;
let registry: FollowedRegistry;
let tables: JournalTables;
let reader: DeadLetterReader & { close(): void };
let actions: DeadLetterActions;
let now: number;
let acceptsTelemetry: boolean;
let committed: number[];

function openBooks(): void {
  const journal = openJournal(join(site.folder, 'journal.db'), () => now);
  tables = {
    journal,
    streams: openSequenceTracker(journal.db),
    deadLetters: openDeadLetters(journal.db, limit),
  };
  actions = createDeadLetterActions({
    tables,
    registry,
    acceptsTelemetry: () => acceptsTelemetry,
    onCommitted: (position) => committed.push(position),
    now: () => now,
    log: silentLog(),
  });
}
beforeEach(async () => {
  site = await createSite();
  registry = await followRegistry({ file: join(site.folder, 'registry.db'), log: silentLog() });
  now = at;
  acceptsTelemetry = true;
  committed = [];
  openBooks();
  reader = openDeadLetterReader(join(site.folder, 'journal.db'));
});
afterEach(async () => {
  reader.close();
  tables.journal.close();
  await registry.close();
  await site.remove();
});

function send(lane: Source['lane'], message: unknown, gateway = 'gw1') {
  const payload = Buffer.isBuffer(message) ? message : Buffer.from(JSON.stringify(message));
  const findDevice = (community: string, of: string) => registry.current().of(community)?.findDevice(of)?.id;
  return commitBatch(
    tables,
    validateSafely({ source: { community: 'c1', gateway, lane }, findDevice }, payload),
  );
}
const letters = () => reader.list('c1', { limit });
const records = () =>
  journalOf(site).filter((entry): entry is JournalEntry & RecordEntry => entry.class === 'record');
const sosOf = (id: string) =>
  records().filter(({ device, body }) => device === id && body.type === 'event' && body.kind === 'sos');

test('a letter of an unknown device is journalled once after it was registered, and only then', async () => {
  send('alarm', alarm(1, { device: address }));
  const [deadLetter] = letters();
  expect(deadLetter).toMatchObject({
    reason: 'unknown-device',
    address,
    kind: 'sos',
    count: 1,
    isWhole: true,
  });
  const id = deadLetter?.id ?? 0;
  expect(await actions.replay(id, asked)).toMatchObject({
    outcome: 'rejected',
    rejected: { reason: 'unknown-device' },
  });
  expect(sosOf('d9')).toEqual([]);

  await site.addDevice(newWatch);
  expect(await actions.replay(id, asked)).toEqual({ outcome: 'journalled', journalled: 1, late: false });
  expect(committed).toEqual([tables.journal.newest]);
  expect(await actions.replay(id, asked)).toEqual({ outcome: 'already-journalled', journalled: 0 });
  expect(letters()).toEqual([]);
  // Its gateway knows nothing of it: a resend is a duplicate of what the dead letter covered.
  expect(send('alarm', alarm(1, { device: address }))).toMatchObject({ duplicates: 1, journalled: 0 });
  expect(sosOf('d9')).toHaveLength(1);
});

test('the record stands beside the unreadable alarm that was raised for it, never under its identity', async () => {
  send('alarm', alarm(1, { device: address }));
  await site.addDevice(newWatch);
  await actions.replay(1, asked);
  const identities = records().map(({ epoch: of, lane, sequence }) => `${of}/${lane}/${sequence}`);
  expect(identities).toHaveLength(2);
  expect(new Set(identities).size).toBe(2);
  expect(identities[0]).toBe(`${epoch}/alarm/1`);
});

test.each<[string, number, number | undefined, boolean]>([
  ['at once', 0, 2, false],
  ['within the time that is now', 119_998, 2, false],
  ['a moment later', 119_999, 2, true],
  ['a day later', 86_400_000, 2, true],
  ['at once, held for a time nobody knows', 0, undefined, true],
  ['after the clock went back', -1, 2, true],
])('replayed %s (after %d ms, held %s) an alarm is late: %s', async (_when, afterMs, heldMs, late) => {
  const { record, ...message } = alarm(1, { device: address });
  const { heldMs: _held, ...withoutHeld } = record;
  send('alarm', { ...message, record: { ...withoutHeld, ...(heldMs !== undefined && { heldMs }) } });
  await site.addDevice(newWatch);
  now = at + afterMs;
  expect(await actions.replay(1, asked)).toMatchObject({ outcome: 'journalled', late });
  const [entry] = sosOf('d9');
  expect(entry).toMatchObject({ late, capturedAt: Date.parse(record.capturedAt) });
  expect(entry?.heldMs).toBe(heldMs);
});

test('a reading of an unknown device is replayed under its own identity', async () => {
  send('telemetry', telemetry(reading(1), reading(2, { device: address }), reading(3)));
  await site.addDevice(newWatch);
  const [deadLetter] = letters();
  expect(await actions.replay(deadLetter?.id ?? 0, asked)).toMatchObject({
    outcome: 'journalled',
    journalled: 1,
  });
  expect(records().map(({ device, sequence }) => [device, sequence])).toEqual([
    ['d1', 1],
    ['d1', 3],
    ['d9', 2],
  ]);
});

test('letter and journal change together: where the disk refuses, the letter waits as it did', async () => {
  send('alarm', alarm(1, { device: address }));
  await site.addDevice(newWatch);
  tables.journal.db.exec(
    "CREATE TEMP TRIGGER full BEFORE UPDATE ON dead_letter BEGIN SELECT RAISE(FAIL, 'full'); END",
  );
  await expect(actions.replay(1, asked)).rejects.toThrow('full');
  expect([sosOf('d9').length, letters().length]).toEqual([0, 1]);
  tables.journal.db.exec('DROP TRIGGER full');
  tables.journal.close();
  openBooks();
  expect(await actions.replay(1, asked)).toMatchObject({ outcome: 'journalled' });
  expect([sosOf('d9').length, letters().length]).toEqual([1, 0]);
});

test('a message that could not be told apart is replayed record by record, without what came meanwhile', async () => {
  const message = telemetry(reading(1), reading(2));
  send('telemetry', { ...message, schemaVersion: 99 });
  // What a newer release makes of it: the frame is understood.
  const db = tables.journal.db;
  const whole = Buffer.from(JSON.stringify(message));
  db.prepare('UPDATE dead_letter SET payload = ?, payload_bytes = ?').run(whole, whole.length);
  send('telemetry', telemetry(reading(1)));
  expect(await actions.replay(1, asked)).toMatchObject({ outcome: 'journalled', journalled: 1 });
  expect(records().map(({ sequence }) => sequence)).toEqual([1, 2]);
  expect(letters()).toEqual([]);
});

test('a message whose records its gateway has sent again meanwhile is settled and journals nothing', async () => {
  const whole = Buffer.from(JSON.stringify(telemetry(reading(1))));
  send('telemetry', { schemaVersion: 99 });
  tables.journal.db.prepare('UPDATE dead_letter SET payload = ?, payload_bytes = ?').run(whole, whole.length);
  send('telemetry', telemetry(reading(1)));
  expect(await actions.replay(1, asked)).toEqual({ outcome: 'already-journalled', journalled: 0 });
  expect([records().length, letters().length]).toEqual([1, 0]);
});

test('a gap that is readable now covers what it lost, in its stream and in the journal', async () => {
  const gap = (from: number) => ({ type: 'gap', from, reason: 'quota' }) as const;
  send('alarm', alarm(5, { body: gap(9) }));
  expect(letters()).toMatchObject([{ reason: 'invalid', path: '/body/from' }]);
  const whole = Buffer.from(JSON.stringify(alarm(5, { body: gap(1) })));
  tables.journal.db.prepare('UPDATE dead_letter SET payload = ?, payload_bytes = ?').run(whole, whole.length);
  expect(await actions.replay(1, asked)).toMatchObject({ outcome: 'journalled', journalled: 1 });
  const key = { community: 'c1', gateway: 'gw1', epoch, lane: 'alarm' } as const;
  expect(tables.streams.find(key)).toMatchObject({ acknowledged: 5, ranges: [] });
  expect(records().at(-1)).toMatchObject({ epoch, sequence: 5, body: { type: 'gap', from: 1 } });
});

test('what was not kept whole, and a gateway’s state of then, are told from what is rejected', async () => {
  send('alarm', Buffer.alloc(maxKeptPayloadBytes + 1, '{'));
  tables.journal.commit((_append, receivedAt) =>
    tables.deadLetters.add(
      {
        reason: 'not-json',
        path: '/',
        expected: 'must be JSON',
        community: 'c1',
        gateway: 'gw1',
        lane: 'state',
        payload: Buffer.from('x'),
      },
      false,
      receivedAt,
    ),
  );
  expect(await actions.replay(1, asked)).toEqual({ outcome: 'cut', journalled: 0 });
  expect(await actions.replay(2, asked)).toEqual({ outcome: 'not-a-record', journalled: 0 });
  expect(letters().map(({ isWhole }) => isWhole)).toEqual([true, false]);
});

test('all of one gateway, reason and device are replayed together, and others are left alone', async () => {
  for (const sequence of [1, 2, 3]) send('alarm', alarm(sequence, { device: address }));
  send('alarm', alarm(4, { device: 'watch-3g:2222222222' }));
  send('alarm', alarm(1, { device: address }), 'gw2');
  await site.addDevice(newWatch);
  const many = { ...asked, gateway: 'gw1', reason: 'unknown-device', address } as const;
  expect(await actions.replayMany(many)).toEqual({ outcomes: { journalled: 3 }, left: 0 });
  expect(sosOf('d9').map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
  const { address: _address, ...all } = many;
  expect(await actions.replayMany(all)).toEqual({ outcomes: { rejected: 1 }, left: 0 });
  expect(reader.counts('c1')).toEqual([
    { gateway: 'gw1', reason: 'unknown-device', deadLetters: 1 },
    { gateway: 'gw2', reason: 'unknown-device', deadLetters: 1 },
  ]);
});

test('a discarded letter is gone with its payload; the same payload waits again when it comes again', async () => {
  send('alarm', Buffer.from('not json'));
  actions.discard(1, { ...asked, because: '调试报文' });
  const kept = tables.journal.db.prepare('SELECT * FROM dead_letter').get();
  expect(kept).toMatchObject({ settled_as: 'discarded', settled_by: 'p1', settled_because: '调试报文' });
  expect(kept?.payload).toHaveLength(0);
  expect([letters().length, tables.deadLetters.count, reader.find('c1', 1)]).toEqual([0, 0, undefined]);
  await expect(actions.replay(1, asked)).rejects.toMatchObject({ code: 'INGEST_DEAD_LETTER_UNKNOWN' });
  expect(() => actions.discard(1, { ...asked, because: '再次' })).toThrow('no dead letter 1');
  now += 1000;
  send('alarm', Buffer.from('not json'));
  expect(letters()).toMatchObject([{ id: 1, count: 2, isWhole: true, lastSeenAt: now }]);
  expect(Buffer.from(reader.find('c1', 1)?.payload ?? []).toString()).toBe('not json');
});

test('a letter is of its own community alone', async () => {
  send('alarm', alarm(1, { device: address }));
  const elsewhere = { ...asked, community: 'c2' };
  await expect(actions.replay(1, elsewhere)).rejects.toMatchObject({ code: 'INGEST_DEAD_LETTER_UNKNOWN' });
  expect(() => actions.discard(1, { ...elsewhere, because: '不需要' })).toThrow('no dead letter 1');
  expect([reader.list('c2', { limit }), reader.find('c2', 1)]).toEqual([[], undefined]);
});

test('telemetry waits where the journal has no room for it; an alarm does not', async () => {
  send('telemetry', telemetry(reading(1, { device: address })));
  send('alarm', alarm(1, { device: address }));
  await site.addDevice(newWatch);
  acceptsTelemetry = false;
  await expect(actions.replay(1, asked)).rejects.toMatchObject({ code: 'INGEST_JOURNAL_FULL' });
  expect(await actions.replay(2, asked)).toMatchObject({ outcome: 'journalled' });
  expect(letters().map(({ id }) => id)).toEqual([1]);
});

test('letters are listed newest first, by cursor and filter, and counted by device', () => {
  for (const sequence of [1, 2, 3]) send('alarm', alarm(sequence, { device: address }));
  send('alarm', Buffer.from([0xff, 0xfe]), 'gw2');
  const ids = (query: Parameters<DeadLetterReader['list']>[1]) =>
    reader.list('c1', query).map(({ id }) => id);
  expect(ids({ limit: 3 })).toEqual([4, 3, 2]);
  expect(ids({ limit: 3, before: 2 })).toEqual([1]);
  expect(ids({ limit, gateway: 'gw2' })).toEqual([4]);
  expect(ids({ limit, reason: 'unknown-device', address })).toEqual([3, 2, 1]);
  expect(reader.addresses('c1', 10)).toEqual([{ gateway: 'gw1', address, deadLetters: 3 }]);
});

test('beyond the limit the settled go first, and no number is given twice', () => {
  for (let sequence = 1; sequence <= limit; sequence++) send('alarm', alarm(sequence, { device: address }));
  actions.discard(limit, { ...asked, because: '不需要' });
  send('alarm', alarm(limit + 1, { device: address }));
  expect(tables.deadLetters.find('c1', limit)).toBeUndefined();
  expect([letters()[0]?.id, letters().at(-1)?.id]).toEqual([limit + 1, 1]);
});
