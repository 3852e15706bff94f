import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createMetrics } from '#runtime/health.ts';
import { silentLog } from '#runtime/log.ts';
import { openDeadLetters } from '../journal/dead-letters.ts';
import { openJournal } from '../journal/journal.ts';
import { openSequenceTracker } from '../journal/sequence-tracker.ts';
import { readJournal } from '../testing/read-journal.ts';
import { alarm, epoch, reading, telemetry } from '../testing/receiving.ts';
import type { JournalTables } from './commit-batch.ts';
import { createIntake, type Intake } from './intake.ts';
import { createReceiveMetrics } from './receive-metrics.ts';

let folder: string;
let tables: JournalTables;
let published: string[];
let intake: Intake;
let refreshing: PromiseWithResolvers<void>;

const source = { community: 'c1', gateway: 'gw1' } as const;
const send = (lane: 'alarm' | 'telemetry', message: unknown) =>
  intake.receive({ ...source, lane }, Buffer.from(JSON.stringify(message)));
/** Alarms are committed at the end of the turn they came in, dead letters in the next one. */
const turn = async () => {
  for (let each = 0; each < 2; each++) await new Promise((resolve) => setImmediate(resolve));
};
const journalled = () => {
  const entries = readJournal(join(folder, 'journal.db'));
  return entries.map((entry) => (entry.class === 'record' ? `${entry.lane} ${entry.sequence}` : entry.class));
};
const openBooks = (limit = 100): JournalTables => {
  const journal = openJournal(join(folder, 'journal.db'), () => 1_000_000);
  return {
    journal,
    streams: openSequenceTracker(journal.db),
    deadLetters: openDeadLetters(journal.db, limit),
  };
};
const open = (change: Partial<Parameters<typeof createIntake>[0]> = {}) =>
  createIntake({
    tables,
    devices: {
      find: (_community, address) => (address.endsWith('4') ? 'd1' : undefined),
      refresh: () => refreshing.promise,
    },
    publish: {
      alarm: (_topic, payload) => Boolean(published.push(`alarm ${payload}`)),
      telemetry: (_topic, payload) => Boolean(published.push(`telemetry ${payload}`)),
    },
    onCommitted: () => undefined,
    metrics: createReceiveMetrics(createMetrics()),
    now: () => 1_000_000,
    log: silentLog(),
    groupWaitMs: 60_000,
    groupRecords: 1000,
    maxAwaiting: 2,
    queueBytes: 2 ** 28,
    gatewayQueueBytes: 2 ** 27,
    clock: () => 0,
    acceptsTelemetry: () => true,
    holdsAcks: () => false,
    ...change,
  });

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'intake-'));
  tables = openBooks();
  published = [];
  refreshing = Promise.withResolvers();
  intake = open();
});
afterEach(() => {
  intake.close();
  tables.journal.close();
  rmSync(folder, { recursive: true });
});

test('an alarm is committed and acknowledged in the same turn, before the telemetry that waits', async () => {
  send('telemetry', telemetry(reading(1)));
  send('alarm', alarm(1));
  await turn();
  expect(journalled()).toEqual(['alarm 1']);
  expect(published).toEqual([expect.stringContaining('"lane":"alarm","sequence":1')]);
  intake.close();
  expect(journalled()).toEqual(['alarm 1', 'telemetry 1']);
});

test('a full group is committed without waiting, with one acknowledgement for all its messages', async () => {
  intake = open({ groupRecords: 4 });
  send('telemetry', telemetry(reading(1), reading(2)));
  await turn();
  expect(journalled()).toEqual([]);
  send('telemetry', telemetry(reading(3), reading(4)));
  await turn();
  expect(journalled()).toHaveLength(4);
  expect(published).toEqual([expect.stringContaining('"sequence":4')]);
});

test('what cannot be committed is not acknowledged, is not remembered, and is accepted when it is resent', async () => {
  send('alarm', alarm(1));
  await turn();
  tables.journal.db.exec(
    'CREATE TEMP TRIGGER full BEFORE INSERT ON journal BEGIN SELECT RAISE(FAIL, "full"); END',
  );
  send('alarm', alarm(2));
  await turn();
  expect(intake.failing).toBe(true);
  expect(published).toHaveLength(1);
  expect(tables.streams.find({ ...source, epoch, lane: 'alarm' })?.acknowledged).toBe(1);
  tables.journal.db.exec('DROP TRIGGER full');
  send('alarm', alarm(2));
  await turn();
  expect(intake.failing).toBe(false);
  expect(journalled()).toEqual(['alarm 1', 'alarm 2']);
});

test('while the registry is read anew more telemetry of unknown devices is left to be resent, alarms are not', async () => {
  const unknown = { device: 'watch-3g:1111111111' };
  for (const sequence of [1, 2, 3]) send('telemetry', telemetry(reading(sequence, unknown)));
  send('alarm', alarm(1, unknown));
  await turn();
  expect(journalled()).toEqual(['alarm 1']);
  refreshing.resolve();
  await new Promise(setImmediate);
  intake.close();
  const taken = tables.streams.find({ ...source, epoch, lane: 'telemetry' });
  expect(taken).toMatchObject({ acknowledged: 2, ranges: [] });
});

test('beyond their limit the dead letters longest unseen go and are counted', () => {
  tables.journal.close();
  tables = openBooks(3);
  intake = open();
  for (const sequence of [1, 2, 3, 4, 5]) send('alarm', { schemaVersion: 9, record: { sequence } });
  intake.close();
  expect(tables.deadLetters.count).toBe(3);
  expect(tables.deadLetters.dropped).toEqual({ alarm: 2, telemetry: 0 });
});

test('while warnings are far behind telemetry is journalled and acknowledged later, alarms at once', async () => {
  let holds = true;
  intake.close();
  intake = open({ groupRecords: 1, holdsAcks: () => holds });
  send('telemetry', telemetry(reading(1)));
  send('telemetry', telemetry(reading(2)));
  send('alarm', alarm(1));
  await turn();
  intake.releaseAcks();
  expect(journalled()).toEqual(['telemetry 1', 'telemetry 2', 'alarm 1']);
  expect(published).toEqual([expect.stringContaining('"lane":"alarm","sequence":1')]);
  holds = false;
  intake.releaseAcks();
  intake.releaseAcks();
  expect(published.slice(1)).toEqual([expect.stringContaining('"lane":"telemetry","sequence":2')]);
});

test('without room in the journal telemetry is left to its gateway and alarms are taken', async () => {
  intake.close();
  intake = open({ groupRecords: 1, acceptsTelemetry: () => false });
  send('telemetry', telemetry(reading(1)));
  send('alarm', alarm(1));
  await turn();
  expect(journalled()).toEqual(['alarm 1']);
  expect(published).toHaveLength(1);
});

test('alarms of one turn share a commit and its acknowledgement, and one that cannot be kept takes no other with it', async () => {
  for (const sequence of [1, 2, 3]) send('alarm', alarm(sequence));
  await turn();
  expect(published).toEqual([expect.stringContaining('"lane":"alarm","sequence":3')]);
  tables.journal.db.exec(
    `CREATE TEMP TRIGGER bad BEFORE INSERT ON journal WHEN json_extract(NEW.head, '$.covers[0][1]') = 5
     BEGIN SELECT RAISE(FAIL, 'bad'); END`,
  );
  for (const sequence of [4, 5, 6]) send('alarm', alarm(sequence));
  await turn();
  expect(journalled()).toEqual([1, 2, 3, 4, 6].map((sequence) => `alarm ${sequence}`));
  expect(tables.streams.find({ ...source, epoch, lane: 'alarm' })).toMatchObject({
    acknowledged: 4,
    ranges: [[6, 6]],
  });
});
