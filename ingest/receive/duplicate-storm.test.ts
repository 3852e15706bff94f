import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createMetrics } from '#runtime/health.ts';
import { silentLog } from '#runtime/log.ts';
import { openDeadLetters } from '../journal/dead-letters.ts';
import { openJournal } from '../journal/journal.ts';
import { openSequenceTracker } from '../journal/sequence-tracker.ts';
import { alarm, epoch, reading, telemetry } from '../testing/receiving.ts';
import type { JournalTables } from './commit-batch.ts';
import { createIntake, type Intake } from './intake.ts';
import { createReceiveMetrics } from './receive-metrics.ts';

const source = { community: 'c1', gateway: 'gw1' } as const;
const offered = 10_000;
const perMessage = 200;
const everySequence = Array.from({ length: offered }, (_, index) => index + 1);

let folder: string;
let tables: JournalTables;
let intake: Intake;
let acknowledged: { lane: string; sequence: number }[];
let wakes: number;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'duplicate-storm-'));
  const journal = openJournal(join(folder, 'journal.db'), () => 1_000_000);
  tables = {
    journal,
    streams: openSequenceTracker(journal.db),
    deadLetters: openDeadLetters(journal.db, 100),
  };
  acknowledged = [];
  wakes = 0;
  const publish = (_topic: string, payload: string) => {
    acknowledged.push(...JSON.parse(payload).acks);
    return true;
  };
  intake = createIntake({
    tables,
    devices: { find: (_community, address) => (address === 'nobody:1' ? undefined : 'd1'), refresh: never },
    publish: { alarm: publish, telemetry: publish },
    onCommitted: () => {
      wakes += 1;
    },
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
  });
});
afterEach(() => {
  intake.close();
  tables.journal.close();
  rmSync(folder, { recursive: true });
});

/** The registry was read a moment ago: an unknown device is validated at once. */
const never = () => undefined;
const send = (lane: 'alarm' | 'telemetry', message: unknown) =>
  intake.receive({ ...source, lane }, Buffer.from(JSON.stringify(message)));
/** Alarms are committed at the end of the turn they came in, dead letters in the next one. */
const turn = async () => {
  for (let each = 0; each < 2; each++) await new Promise((resolve) => setImmediate(resolve));
};

/** A turn takes a part of what waits. */
const takenIn = async () => {
  for (let each = 0; each < offered / 256; each++) await turn();
};

async function sendAll(lane: 'alarm' | 'telemetry'): Promise<void> {
  if (lane === 'alarm') {
    for (const sequence of everySequence) send('alarm', alarm(sequence));
    await takenIn();
    return;
  }
  for (let first = 0; first < offered; first += perMessage) {
    const sequences = everySequence.slice(first, first + perMessage);
    send('telemetry', telemetry(...sequences.map((sequence) => reading(sequence))));
  }
  await takenIn();
}

/** What the journal costs: rows, every row ever changed, bytes of its files, transactions begun, readers woken. */
function costs(commits: { mock: { calls: unknown[] } }) {
  const { db } = tables.journal;
  const count = (sql: string) => Number(Object.values(db.prepare(sql).get() ?? {})[0]);
  return {
    rows: count('SELECT sum(records) FROM journal'),
    letters: count('SELECT coalesce(sum(count), 0) FROM dead_letter'),
    changes: count('SELECT total_changes()'),
    bytes: ['', '-wal'].map((suffix) => statSync(join(folder, `journal.db${suffix}`)).size),
    commits: commits.mock.calls.length,
    wakes,
  };
}

test.each(['telemetry', 'alarm'] as const)(
  'ten thousand records of the %s lane sent five times more cost the journal nothing, and are acknowledged each time',
  async (lane) => {
    const commits = vi.spyOn(tables.journal, 'commit');
    await sendAll(lane);
    const before = costs(commits);
    expect(before.rows).toBe(offered);
    for (let time = 1; time <= 5; time++) {
      acknowledged.length = 0;
      await sendAll(lane);
      expect(acknowledged.at(-1)).toMatchObject({ lane, sequence: offered });
    }
    expect(costs(commits)).toEqual(before);
  },
);

test('one new record among a thousand repeated ones costs one commit and one row', async () => {
  const commits = vi.spyOn(tables.journal, 'commit');
  const repeated = Array.from({ length: 1000 }, (_, index) => reading(index + 1));
  const sendRepeated = async (records: typeof repeated) => {
    for (let first = 0; first < records.length; first += perMessage)
      send('telemetry', telemetry(...records.slice(first, first + perMessage)));
    await turn();
  };
  await sendRepeated(repeated);
  const before = costs(commits);
  await sendRepeated([...repeated.slice(0, 500), reading(1001), ...repeated.slice(501)]);
  const after = costs(commits);
  expect([after.rows - before.rows, after.commits - before.commits]).toEqual([1, 1]);
});

test('repeated above a hole they cost nothing either, and the hole is not acknowledged', async () => {
  const commits = vi.spyOn(tables.journal, 'commit');
  for (const sequence of [1, 3, 4, 7]) send('alarm', alarm(sequence));
  await turn();
  const before = costs(commits);
  for (const sequence of [1, 3, 4, 7]) send('alarm', alarm(sequence));
  await turn();
  expect(costs(commits)).toEqual(before);
  expect(acknowledged.at(-1)).toMatchObject({ epoch, lane: 'alarm', sequence: 1 });
  send('alarm', alarm(5));
  await turn();
  expect(costs(commits).rows).toBe(before.rows + 1);
});

test('an alarm that became a dead letter is known when it comes again: no second letter, no second red alarm', async () => {
  const commits = vi.spyOn(tables.journal, 'commit');
  send('alarm', alarm(1, { device: 'nobody:1' }));
  await turn();
  const before = costs(commits);
  expect(before).toMatchObject({ rows: 1, letters: 1 });
  // The gateway's clock of holding moves on, so the bytes are others each time.
  for (const heldMs of [10_000, 20_000, 30_000]) send('alarm', alarm(1, { device: 'nobody:1', heldMs }));
  await turn();
  expect(costs(commits)).toEqual(before);
  expect(acknowledged).toHaveLength(2);
});

test('with a full disk what stood already is acknowledged, and the disk is not taken for healed', async () => {
  send('alarm', alarm(1));
  await turn();
  tables.journal.db.exec(
    'CREATE TEMP TRIGGER full BEFORE INSERT ON journal BEGIN SELECT RAISE(FAIL, "full"); END',
  );
  send('alarm', alarm(2));
  await turn();
  expect(intake.failing).toBe(true);
  acknowledged.length = 0;
  send('alarm', alarm(1));
  await turn();
  expect(acknowledged).toMatchObject([{ lane: 'alarm', sequence: 1 }]);
  expect(intake.failing).toBe(true);
});
