import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RecordEntry } from '#contracts/journal-entry.ts';
import { silentLog } from '#runtime/log.ts';
import { readJournal } from '../testing/read-journal.ts';
import { type Journal, openJournal } from './journal.ts';
import { createJournalRetention, type ReadTo } from './journal-retention.ts';

const maxBytes = 2_000_000;
const keepMs = 60_000;
let folder: string;
let time: number;
let journal: Journal;
let sequence: number;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'room-'));
  time = 1_000_000;
  sequence = 0;
  journal = openJournal(join(folder, 'journal.db'), () => time);
});
afterEach(() => {
  journal.close();
  rmSync(folder, { recursive: true });
});

const record = (lane: 'alarm' | 'telemetry'): RecordEntry => {
  sequence += 1;
  return {
    class: 'record',
    community: 'c1',
    gateway: 'gw1',
    epoch: '9f86d081884c7d65',
    lane,
    sequence,
    device: 'd1',
    address: 'watch-3g:6907919734',
    capturedAt: time,
    clock: { state: 'synchronized' },
    late: false,
    body:
      lane === 'alarm'
        ? { type: 'event', kind: 'sos' }
        : { type: 'reading', quantity: 'heart-rate', value: 72, unit: '/min' },
  };
};
const append = (lane: 'alarm' | 'telemetry', count: number) =>
  journal.commit((add) => {
    for (let index = 0; index < count; index++) add(record(lane));
  });
const openRoom = () =>
  createJournalRetention({ journal, keepMs, maxBytes, now: () => time, log: silentLog() });
const makeAllRoom = (room: ReturnType<typeof openRoom>, readTo: ReadTo) => {
  while (room.makeRoom(readTo));
};
const entries = () => {
  const read = readJournal(join(folder, 'journal.db'));
  return read;
};
const sequencesOf = (lane: string) =>
  entries().flatMap((entry) => (entry.class === 'record' && entry.lane === lane ? [entry.sequence] : []));
/** Fills the journal beyond its limit; an alarm stands first and in the middle. */
const fill = () => {
  append('alarm', 1);
  append('telemetry', 4000);
  append('alarm', 1);
  append('telemetry', 4000);
  expect(journal.usedBytes).toBeGreaterThan(maxBytes);
};

test('what is old and read by all goes, however much it is', () => {
  append('telemetry', 2500);
  time += keepMs + 1;
  append('telemetry', 10);
  makeAllRoom(openRoom(), { store: 2400, warning: 2510 });
  expect(sequencesOf('telemetry')[0]).toBe(2401);
  expect(entries()).toHaveLength(110);
});

test('beyond its bytes what every reader has read goes before its age, and nothing is told of it', () => {
  fill();
  const room = openRoom();
  expect(room.acceptsTelemetry()).toBe(false);
  makeAllRoom(room, { store: 8002, warning: 8002 });
  expect(journal.usedBytes).toBeLessThanOrEqual(maxBytes);
  expect(room.acceptsTelemetry()).toBe(true);
  expect(room.skipped).toBe(0);
  expect(entries().every((entry) => entry.class === 'record')).toBe(true);
  expect(sequencesOf('telemetry').at(-1)).toBe(8002);
});

test('with a store that takes nothing its oldest telemetry is skipped, told in full, and every alarm stays', () => {
  fill();
  const room = openRoom();
  makeAllRoom(room, { store: 0, warning: 8002 });
  expect(journal.usedBytes).toBeLessThanOrEqual(maxBytes);
  expect(sequencesOf('alarm')).toEqual([1, 4002]);
  const told = entries().flatMap((entry) => (entry.class === 'skipped' ? [entry] : []));
  const records = told.reduce((sum, entry) => sum + entry.records, 0);
  expect(records).toBe(room.skipped);
  expect(records + sequencesOf('telemetry').length).toBe(8000);
  expect(told[0]).toMatchObject({ from: 2, gateway: 'gw1' });
  expect(told.at(-1)!.to).toBe(sequencesOf('telemetry')[0]! - 1);
});

test('what warnings have not read is never removed: then telemetry is left to its gateways', () => {
  fill();
  const room = openRoom();
  makeAllRoom(room, { store: 0, warning: 0 });
  expect(entries()).toHaveLength(8002);
  expect(room.acceptsTelemetry()).toBe(false);
});
