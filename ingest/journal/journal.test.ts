import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RecordEntry } from '#contracts/journal-entry.ts';
import type { DeviceEvent } from '#contracts/record-body.ts';
import { openGateEventReader } from './gate-event-reader.ts';
import { gateKindsSql } from './gate-kinds.ts';
import { type Journal, openJournal } from './journal.ts';
import { openJournalReader } from './journal-reader.ts';

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
const positions = (limit = 100) => {
  const reader = openJournalReader(file);
  const read = reader.read(0, limit).map((entry) => entry.position);
  reader.close();
  return read;
};

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

test('entries come back as they were written, in order, from any position on', () => {
  append({ class: 'tick', listening: true }, record('access-granted'));
  time = 2000;
  append({ class: 'gateway', community: 'c1', gateway: 'gw1', status: 'birth', session: 'a'.repeat(16) });
  const reader = openJournalReader(file);
  expect(reader.newest()).toBe(3);
  expect(reader.read(1, 1)).toEqual([{ ...record('access-granted'), position: 2, receivedAt: 1000 }]);
  expect(reader.read(2, 10)).toMatchObject([{ position: 3, receivedAt: 2000, status: 'birth' }]);
  expect(reader.read(3, 10)).toEqual([]);
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

test('opened again the journal goes on where it was, in position and in time', () => {
  time = 5000;
  append({ class: 'tick', listening: true });
  journal.close();
  time = 3000;
  journal = openJournal(file, () => time);
  append({ class: 'tick', listening: true });
  const reader = openJournalReader(file);
  expect(reader.read(0, 10)).toMatchObject([
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

test('following the gates reads their index, not the journal', () => {
  const plan = journal.db
    .prepare(
      `EXPLAIN QUERY PLAN SELECT entry FROM journal WHERE ${gateKindsSql} AND position > 5 ORDER BY position`,
    )
    .all();
  expect(plan.map((step) => String(step.detail))).toEqual([expect.stringContaining('journal_gate')]);
});

test('a skip takes telemetry that is read up to a position and says of each stream what went', () => {
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
  expect(reader.read(0, 100)).toMatchObject([
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

test('the position before a time is found, whatever was trimmed and however many came at once', () => {
  for (const at of [1000, 2000, 2000, 2000, 3000, 5000]) {
    time = at;
    append({ class: 'tick', listening: true });
  }
  journal.trim(9000, 1, 100);
  const reader = openJournalReader(file);
  const before = [0, 1500, 2000, 2001, 3000, 4000, 9000].map(reader.positionBefore);
  expect(before).toEqual([0, 0, 0, 4, 4, 5, 6]);
  reader.close();
});

test('opened from an older copy, it gives no position again that a reader has read', () => {
  for (let count = 0; count < 3; count++) append({ class: 'tick', listening: true });
  journal.close();
  journal = openJournal(file, () => time, { readTo: 7 });
  expect(journal.newest).toBe(7);
  expect(append(record('sos'))).toEqual([8]);
  const reader = openJournalReader(file);
  expect(reader.read(7, 10)).toMatchObject([{ position: 8, body: { kind: 'sos' } }]);
  reader.close();
  journal.close();
  journal = openJournal(file, () => time, { readTo: 5 });
  expect(append({ class: 'tick', listening: true })).toEqual([9]);
});
