import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { schemaVersion } from '#contracts/gateway-messages.ts';
import type { NewMessage } from '#contracts/journal-codec.ts';
import type { JournalEntry, RecordEntry } from '#contracts/journal-entry.ts';
import { exampleTelemetryRecord } from '#contracts/record.ts';
import type { DeviceEvent } from '#contracts/record-body.ts';
import { toRecordEntry } from '#contracts/record-entry.ts';
import { readJournal } from '../testing/read-journal.ts';
import { type Journal, openJournal } from './journal.ts';
import { openJournalReader } from './journal-reader.ts';
import { openGateEventReader } from './read-models.ts';

let folder: string;
let file: string;
let time: number;
let journal: Journal;

const record = (kind: DeviceEvent['kind'], fields: Partial<RecordEntry> = {}): RecordEntry => ({
  class: 'record',
  community: 'c1',
  gateway: 'gw1',
  epoch: '9f86d081884c7d65',
  lane: 'telemetry',
  sequence: 1,
  device: 'd2',
  address: 'hikvision-isapi:c0517eaabbcc/1',
  capturedAt: 900,
  clock: { state: 'synchronized' },
  late: false,
  body: { type: 'event', kind, code: '5/75', credential: { means: 'card', reference: 'A-17' } },
  ...fields,
});
const append = (...entries: Parameters<Parameters<Parameters<Journal['commit']>[0]>[0]>[0][]) =>
  journal.commit((add) => entries.map(add));
const positions = () => readJournal(file).map((entry) => entry.position);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'journal-'));
  file = join(folder, 'journal.db');
  time = 1000;
  journal = openJournal(file, () => time);
});
afterEach(() => {
  journal.close();
  rmSync(folder, { recursive: true });
});

test('entries come back as they were written, in order, from any position on', async () => {
  append({ class: 'tick', listening: true }, record('access-granted'));
  time = 2000;
  append({ class: 'gateway', community: 'c1', gateway: 'gw1', status: 'birth', session: 'a'.repeat(16) });
  const reader = openJournalReader(file);
  expect(await reader.newest()).toBe(3);
  expect(await reader.read(1, 1)).toEqual([{ ...record('access-granted'), position: 2, receivedAt: 1000 }]);
  expect(await reader.read(2, 10)).toMatchObject([{ position: 3, receivedAt: 2000, status: 'birth' }]);
  expect(await reader.read(3, 10)).toEqual([]);
  reader.close();
});

test('a transaction that fails leaves nothing and the next one takes its positions', () => {
  append({ class: 'tick', listening: true });
  expect(() =>
    journal.commit((add) => {
      add({ class: 'tick', listening: false });
      throw new Error('disk');
    }),
  ).toThrow('disk');
  expect(journal.newest).toBe(1);
  append({ class: 'tick', listening: true });
  expect(positions()).toEqual([1, 2]);
});

test('opened again the journal goes on where it was, in position and in time', async () => {
  time = 5000;
  append({ class: 'tick', listening: true });
  journal.close();
  time = 3000;
  journal = openJournal(file, () => time);
  append({ class: 'tick', listening: true });
  const reader = openJournalReader(file);
  expect(await reader.read(0, 10)).toMatchObject([
    { position: 1, receivedAt: 5000 },
    { position: 2, receivedAt: 5000 },
  ]);
  reader.close();
});

test('trimming takes what is old and read, never the newest, and at most so many at once', () => {
  for (const at of [1000, 2000, 3000, 4000, 5000]) {
    time = at;
    append({ class: 'tick', listening: true });
  }
  expect(journal.trim(9000, 2, 100)).toBe(2);
  expect(journal.trim(4000, 5, 100)).toBe(1);
  expect(positions()).toEqual([4, 5]);
  expect(journal.trim(9000, 5, 100)).toBe(1);
  expect(positions()).toEqual([5]);
  append({ class: 'tick', listening: true });
  expect(positions()).toEqual([5, 6]);
});

test('the gates of a community are followed by position, without whose credential it was', () => {
  append(
    record('access-granted'),
    record('sos'),
    record('door-forced', { community: 'c2' }),
    record('door-held-open', { late: true, body: { type: 'event', kind: 'door-held-open', active: false } }),
  );
  const gates = openGateEventReader(file);
  expect(gates.latest('c1', 10)).toEqual([
    {
      position: 1,
      device: 'd2',
      kind: 'access-granted',
      active: true,
      capturedAt: 900,
      receivedAt: 1000,
      late: false,
      means: 'card',
      code: '5/75',
    },
    {
      position: 4,
      device: 'd2',
      kind: 'door-held-open',
      active: false,
      capturedAt: 900,
      receivedAt: 1000,
      late: true,
    },
  ]);
  expect(gates.latest('c1', 1).map(({ position }) => position)).toEqual([4]);
  expect(gates.after('c1', 1, 10).map(({ position }) => position)).toEqual([4]);
  gates.close();
});

test('a skip takes telemetry that is read up to a position and says of each stream what went', async () => {
  const ofStream = (epoch: string, sequence: number) => record('access-granted', { epoch, sequence });
  append(
    ofStream('a'.repeat(16), 7),
    record('sos', { lane: 'alarm' }),
    ofStream('b'.repeat(16), 3),
    ofStream('a'.repeat(16), 9),
    { class: 'tick', listening: true },
    record('access-granted', { body: { type: 'gap', from: 1, reason: 'quota' } }),
    ofStream('a'.repeat(16), 10),
  );
  expect(journal.skipTelemetry(0, 6, 100)).toEqual({ position: 6, records: 3 });
  const reader = openJournalReader(file);
  const told = { class: 'skipped', community: 'c1', gateway: 'gw1' };
  expect(await reader.read(0, 100)).toMatchObject([
    { position: 2, lane: 'alarm' },
    { position: 5, class: 'tick' },
    { position: 6, body: { type: 'gap' } },
    { position: 7, sequence: 10 },
    { position: 8, ...told, epoch: 'a'.repeat(16), from: 7, to: 9, records: 2 },
    { position: 9, ...told, epoch: 'b'.repeat(16), from: 3, to: 3, records: 1 },
  ]);
  reader.close();
  expect(journal.skipTelemetry(6, 6, 100)).toEqual({ position: 6, records: 0 });
  expect(journal.skipTelemetry(0, 100, 1)).toEqual({ position: 2, records: 0 });
});

test('beyond its size a commit fails, and what is removed makes room for another', () => {
  journal.close();
  journal = openJournal(file, () => time, { maxBytes: 1_000_000 });
  const big = () => append(record('sos', { address: 'x'.repeat(100_000) }));
  expect(() => {
    for (let count = 0; count < 20; count++) big();
  }).toThrow(expect.objectContaining({ errcode: 13 }));
  expect(journal.usedBytes).toBeLessThanOrEqual(1_000_000);
  expect(journal.trim(9000, 3, 100)).toBe(3);
  expect(journal.usedBytes).toBeLessThan(800_000);
  big();
});

test('the position before a time is found, whatever was trimmed and however many came at once', async () => {
  for (const at of [1000, 2000, 2000, 2000, 3000, 5000]) {
    time = at;
    append({ class: 'tick', listening: true });
  }
  journal.trim(9000, 1, 100);
  const reader = openJournalReader(file);
  const before = await Promise.all([0, 1500, 2000, 2001, 3000, 4000, 9000].map(reader.positionBefore));
  expect(before).toEqual([0, 0, 0, 4, 4, 5, 6]);
  reader.close();
});

test('opened from an older copy, it gives no position again that a reader has read', async () => {
  for (let count = 0; count < 3; count++) append({ class: 'tick', listening: true });
  journal.close();
  journal = openJournal(file, () => time, { readTo: 7 });
  expect(journal.newest).toBe(7);
  expect(append(record('sos'))).toEqual([8]);
  const reader = openJournalReader(file);
  expect(await reader.read(7, 10)).toMatchObject([{ position: 8, body: { kind: 'sos' } }]);
  reader.close();
  journal.close();
  journal = openJournal(file, () => time, { readTo: 5 });
  expect(append({ class: 'tick', listening: true })).toEqual([9]);
});

/** A telemetry message of the gate's readings. */
function messageOf(...sequences: number[]): NewMessage {
  const wires = sequences.map((sequence) => ({ ...exampleTelemetryRecord, sequence }));
  const source = { community: 'c1', gateway: 'gw1' };
  return {
    class: 'message',
    records: wires.map((wire) => toRecordEntry(source, wire, wire.sequence % 2 ? 'odd' : 'even')),
    payload: Buffer.from(JSON.stringify({ schemaVersion, records: wires })),
  };
}
const sequencesOf = (entries: readonly JournalEntry[]) =>
  entries.map((entry) => (entry.class === 'record' ? entry.sequence : entry.class));

test('a message is one entry, and each of its records has a position of its own', async () => {
  expect(append(messageOf(1, 2, 3), { class: 'tick', listening: true }, messageOf(4))).toEqual([3, 4, 5]);
  expect(journal.newest).toBe(5);
  const reader = openJournalReader(file);
  expect((await reader.read(0, 100)).map(({ position }) => position)).toEqual([1, 2, 3, 4, 5]);
  expect(journal.db.prepare('SELECT count(*) AS rows FROM journal').get()).toEqual({ rows: 3 });
  reader.close();
});

test('a reader whose limit cuts a message reads its rest next, after a restart too', async () => {
  append(messageOf(1, 2, 3, 4, 5), messageOf(6, 7));
  const reader = openJournalReader(file);
  expect(sequencesOf(await reader.read(0, 2))).toEqual([1, 2]);
  expect(sequencesOf(await reader.read(2, 2))).toEqual([3, 4]);
  expect(sequencesOf(await reader.read(4, 2)), 'the limit is filled from what follows').toEqual([5, 6]);
  expect(sequencesOf(await reader.read(1, 100)), 'another position than the last one').toEqual([
    2, 3, 4, 5, 6, 7,
  ]);
  reader.close();
  const other = openJournalReader(file);
  expect(sequencesOf(await other.read(3, 1))).toEqual([4]);
  other.close();
});

test('a skip takes whole messages and tells their sequences', () => {
  append(messageOf(1, 2, 3), record('sos', { lane: 'alarm' }), messageOf(4, 6), {
    class: 'tick',
    listening: true,
  });
  expect(journal.skipTelemetry(0, 6, 100)).toEqual({ position: 6, records: 5 });
  expect(readJournal(file)).toMatchObject([
    { position: 4, lane: 'alarm' },
    { position: 7, class: 'tick' },
    { position: 8, class: 'skipped', from: 1, to: 6, records: 5 },
  ]);
});

test('redacted, a device is gone from messages, records and read models, and the journal goes on', async () => {
  append(messageOf(1, 2, 3), record('access-granted', { device: 'odd', sequence: 7 }));
  time = 5000;
  append(messageOf(5, 8));
  const isOdd = ({ device }: { device: string }) => device === 'odd';
  expect(await journal.redact(isOdd, 5000)).toBe(2);
  expect(await journal.redact(isOdd, 5000), 'again').toBe(0);
  expect(sequencesOf(readJournal(file))).toEqual([2, 5, 8]);
  const gates = openGateEventReader(file);
  expect(gates.latest('c1', 10)).toEqual([]);
  gates.close();
  const marks = journal.db.prepare('SELECT last, redacted IS NOT NULL AS redacted FROM journal').all();
  expect(marks.map(({ last, redacted }) => [last, redacted])).toEqual([
    [3, 1],
    [4, 1],
    [6, 0],
  ]);
  expect(readFileSync(file).includes('"odd"'), 'the newest entry is not of before that time').toBe(true);
  expect(await journal.redact(isOdd, 5001)).toBe(1);
  expect(readFileSync(file).includes('"odd"')).toBe(false);
  expect(append({ class: 'tick', listening: true })).toEqual([7]);
});

test('a reader passes over a stretch of which nothing is left', async () => {
  append(messageOf(1), messageOf(3), { class: 'tick', listening: true });
  await journal.redact(() => true, 2000);
  const reader = openJournalReader(file);
  expect(await reader.read(0, 1)).toMatchObject([{ position: 3, class: 'tick' }]);
  reader.close();
});
