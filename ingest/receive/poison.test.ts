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
import { alarm, reading, telemetry } from '../testing/receiving.ts';
import type { JournalTables } from './commit-batch.ts';
import { createIntake, type Intake } from './intake.ts';
import { createReceiveMetrics } from './receive-metrics.ts';
import { replayDeadLetter } from './replay-dead-letter.ts';

let folder: string;
let tables: JournalTables;
let acknowledged: { lane: string; sequence: number }[];
let intake: Intake;

const source = { community: 'c1', gateway: 'gw1' } as const;
const poison = 'poison:1';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'poison-'));
  const journal = openJournal(join(folder, 'journal.db'), () => 1_000_000);
  tables = {
    journal,
    streams: openSequenceTracker(journal.db),
    deadLetters: openDeadLetters(journal.db, 100),
  };
  acknowledged = [];
  const publish = (_topic: string, payload: string) =>
    Boolean(acknowledged.push(...JSON.parse(payload).acks));
  intake = createIntake({
    tables,
    devices: {
      find: (_community, address) => {
        if (address === poison) throw new TypeError('names[key] is not a function');
        return 'd1';
      },
      refresh: () => undefined,
    },
    publish: { alarm: publish, telemetry: publish },
    onCommitted: () => undefined,
    metrics: createReceiveMetrics(createMetrics()),
    now: () => 1_000_000,
    log: silentLog(),
    groupWaitMs: 60_000,
    groupRecords: 3,
    maxAwaiting: 2,
    queueBytes: 2 ** 28,
    gatewayQueueBytes: 2 ** 27,
    clock: () => 0,
    acceptsTelemetry: () => true,
    holdsAcks: () => false,
  });
});
afterEach(() => {
  intake.close();
  tables.journal.close();
  rmSync(folder, { recursive: true });
});

const send = async (lane: 'alarm' | 'telemetry', message: unknown) => {
  intake.receive({ ...source, lane }, Buffer.from(JSON.stringify(message)));
  // Alarms are committed at the end of the turn they came in, dead letters in the next one.
  for (let each = 0; each < 2; each++) await new Promise((resolve) => setImmediate(resolve));
};
const journalled = () => {
  const entries = readJournal(join(folder, 'journal.db'));
  return entries.map((entry) =>
    entry.class === 'record' && entry.body.type === 'event'
      ? `${entry.body.kind} ${entry.sequence}`
      : entry.class === 'record' && `${entry.body.type} ${entry.sequence}`,
  );
};
const letters = () =>
  tables.journal.db
    .prepare('SELECT reason, lane, sequence, address FROM dead_letter WHERE settled_at IS NULL')
    .all()
    .map((row) => ({ ...row }));
/** The journal refuses a sequence at every attempt, whatever else the disk does. */
const refuseSequence = (sequence: number) =>
  tables.journal.db.exec(
    `CREATE TEMP TRIGGER poison BEFORE INSERT ON journal
     WHEN coalesce(NEW.head ->> '$.body.kind', '') <> 'unreadable-alarm' AND (NEW.head ->> '$.sequence' = ${sequence}
       OR EXISTS (SELECT 1 FROM json_each(NEW.head, '$.covers')
                  WHERE ${sequence} BETWEEN value ->> 1 AND value ->> 2))
     BEGIN SELECT RAISE(ABORT, 'poison'); END`,
  );

test('a reading that validation throws on costs itself alone, and its stream goes on', async () => {
  await send('telemetry', telemetry(reading(1), reading(2, { device: poison }), reading(3)));
  expect(journalled()).toEqual(['reading 1', 'reading 3']);
  expect(letters()).toEqual([{ reason: 'unprocessable', lane: 'telemetry', sequence: 2, address: poison }]);
  expect(acknowledged.at(-1)).toMatchObject({ lane: 'telemetry', sequence: 3 });
});

test('an alarm that validation throws on is red at once and acknowledged, and the alarms behind it go on', async () => {
  await send('alarm', alarm(1, { device: poison }));
  await send('alarm', alarm(2));
  expect(journalled()).toEqual(['unreadable-alarm 1', 'sos 2']);
  expect(letters()).toEqual([{ reason: 'unprocessable', lane: 'alarm', sequence: 1, address: poison }]);
  expect(acknowledged.at(-1)).toMatchObject({ lane: 'alarm', sequence: 2 });
});

test('a reading that can never be journalled stops none beside it, and becomes a dead letter the third time', async () => {
  refuseSequence(2);
  const batch = telemetry(reading(1), reading(2), reading(3));
  await send('telemetry', batch);
  expect(journalled()).toEqual(['reading 1', 'reading 3']);
  expect(acknowledged.at(-1)).toMatchObject({ sequence: 1 });
  await send('telemetry', batch);
  expect(letters()).toEqual([]);
  await send('telemetry', batch);
  expect(letters()).toMatchObject([{ reason: 'unprocessable', sequence: 2 }]);
  expect(acknowledged.at(-1)).toMatchObject({ sequence: 3 });
  expect(intake.failing).toBe(false);
});

test('an alarm that can never be journalled is red the third time, and replayed once the fault is mended', async () => {
  refuseSequence(1);
  for (const heldMs of [2, 5002, 10_002]) {
    await send('alarm', alarm(1, { heldMs }));
    await send('alarm', alarm(2));
  }
  expect(journalled()).toEqual(['sos 2', 'unreadable-alarm 1']);
  expect(acknowledged.at(-1)).toMatchObject({ lane: 'alarm', sequence: 2 });
  tables.journal.db.exec('DROP TRIGGER poison');
  const [id] = tables.deadLetters.open('c1', { gateway: 'gw1', reason: 'unprocessable' }, 0, 10);
  const deadLetter = tables.deadLetters.find('c1', Number(id));
  if (typeof deadLetter !== 'object') throw new Error('the letter is gone');
  const replay = { findDevice: () => 'd1', by: 'somebody', now: 1_000_000 };
  expect(replayDeadLetter(tables, deadLetter, replay)).toMatchObject({ outcome: 'journalled' });
  expect(journalled().at(-1)).toBe('sos 1');
});
