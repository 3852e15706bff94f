import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Ack } from '#contracts/gateway-messages.ts';
import { parseTopic } from '#contracts/topics.ts';
import { createMetrics } from '#runtime/health.ts';
import type { Logger } from '#runtime/log.ts';
import { openDeadLetters } from '../journal/dead-letters.ts';
import { openJournal } from '../journal/journal.ts';
import { maxNamedCallers } from '../journal/named-callers.ts';
import { openSequenceTracker } from '../journal/sequence-tracker.ts';
import { readJournal } from '../testing/read-journal.ts';
import { alarm, epoch, reading, telemetry } from '../testing/receiving.ts';
import type { JournalTables } from './commit-batch.ts';
import { createIntake, type Intake } from './intake.ts';
import { createReceiveMetrics } from './receive-metrics.ts';

let folder: string;
let tables: JournalTables;
let intake: Intake;
/** Dead letters on disk when an alarm was last acknowledged. */
let deadLettersBefore: number;
/** Acknowledged of the alarm lane, by gateway. */
let acknowledged: Map<string, number>;
/** Told of the clock by every message validated: a turn ends by it. */
let validated: number;
let logged: object[];
let lines: number;
let metrics: ReturnType<typeof createMetrics>;
let refreshing: PromiseWithResolvers<void> | undefined;

/** A log that keeps what it was told. */
const log = {
  isLevelEnabled: () => false,
  warn: (fields: object) => {
    lines += 1;
    logged.push(fields);
  },
  error: (fields: object) => {
    lines += 1;
    logged.push(fields);
  },
} as unknown as Logger;
const send = (gateway: string, lane: 'alarm' | 'telemetry', message: unknown) =>
  intake.receive(
    { community: 'c1', gateway, lane },
    Buffer.isBuffer(message) ? message : Buffer.from(JSON.stringify(message)),
  );
const turn = () => new Promise((resolve) => setImmediate(resolve));
const counted = async (lane: string, outcome: string) => {
  const text = await metrics.metrics();
  const line = text.split('\n').find((one) => one.includes(`lane="${lane}",outcome="${outcome}"`));
  return Number(line?.split(' ').at(-1) ?? 0);
};
const left = (lane: string, why: string) => counted(lane, `left-${why}`);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'noisy-gateway-'));
  const journal = openJournal(join(folder, 'journal.db'), () => 1_000_000);
  tables = {
    journal,
    streams: openSequenceTracker(journal.db),
    deadLetters: openDeadLetters(journal.db, 10_000),
  };
  acknowledged = new Map();
  validated = 0;
  deadLettersBefore = 0;
  logged = [];
  lines = 0;
  metrics = createMetrics();
  refreshing = undefined;
  const publish = (topic: string, payload: string) => {
    const to = parseTopic(topic);
    for (const { lane, sequence } of (JSON.parse(payload) as Ack).acks) {
      if (to?.name === 'ack' && lane === 'alarm') acknowledged.set(to.gateway, sequence);
      deadLettersBefore = tables.deadLetters.count;
    }
    return true;
  };
  intake = createIntake({
    tables,
    devices: {
      find: (_community, address) => (address.endsWith('4') ? 'd1' : undefined),
      refresh: () => refreshing?.promise,
    },
    publish: { alarm: publish, telemetry: publish },
    onCommitted: () => undefined,
    metrics: createReceiveMetrics(metrics),
    now: () => 1_000_000,
    log,
    groupWaitMs: 60_000,
    groupRecords: 1000,
    maxAwaiting: 4,
    queueBytes: 32 * 2 ** 20,
    gatewayQueueBytes: 6 * 2 ** 20,
    acceptsTelemetry: () => true,
    holdsAcks: () => false,
    // Each look at the clock is a millisecond: a turn of 10 ms takes 11 messages.
    clock: () => validated++,
  });
});
afterEach(() => {
  intake.close();
  tables.journal.close();
  rmSync(folder, { recursive: true });
});

test('500 kB of junk ten times a second on one alarm topic: each alarm of the others is acknowledged in its turn, before the junk beside it', async () => {
  // A minute of it, 41 alarms of each other gateway in between.
  for (let second = 1; second <= 60; second++) {
    for (let message = 0; message < 10; message++)
      send('gw1', 'alarm', Buffer.alloc(500_000, `junk ${second}/${message} `));
    if (second <= 41) for (const gateway of ['gw2', 'gw3']) send(gateway, 'alarm', alarm(second));
    await turn();
    for (const gateway of ['gw2', 'gw3']) expect(acknowledged.get(gateway)).toBe(Math.min(second, 41));
    // None of the junk that came with them was committed before or beside them.
    expect(deadLettersBefore).toBeLessThanOrEqual(10 * (second - 1));
  }
});

test('a backlog of junk as large as its share lets an alarm of another gateway through in one turn', async () => {
  for (let index = 0; index < 200; index++) send('gw1', 'alarm', Buffer.alloc(65_000, `junk ${index} `));
  expect(await left('alarm', 'queue')).toBeGreaterThan(0);
  send('gw2', 'alarm', alarm(1));
  await turn();
  expect(acknowledged.get('gw2')).toBe(1);
});

test('a gateway whose alarms can never be committed makes no alarm of another wait for their attempts', async () => {
  tables.journal.db.exec(
    `CREATE TEMP TRIGGER poison BEFORE INSERT ON journal WHEN json_extract(NEW.head, '$.gateway') = 'gw1'
     BEGIN SELECT RAISE(ABORT, 'poison'); END`,
  );
  send('gw1', 'alarm', alarm(1));
  await turn();
  expect(await counted('alarm', 'commit-failed')).toBe(1);
  for (let sequence = 2; sequence <= 9; sequence++) send('gw1', 'alarm', alarm(sequence));
  send('gw2', 'alarm', alarm(1));
  await turn();
  expect(acknowledged.get('gw2')).toBe(1);
  expect(await counted('alarm', 'commit-failed')).toBe(1);
});

test('an alarm of a device nobody knows is told before the dead letters of a gateway that has many', async () => {
  for (let index = 0; index < 300; index++) send('gw1', 'alarm', Buffer.from(`junk ${index}`));
  // As many as one turn of dead letters takes wait already.
  for (let each = 0; each < 30; each++) await turn();
  for (let index = 300; index < 600; index++) send('gw1', 'alarm', Buffer.from(`junk ${index}`));
  await turn();
  send('gw2', 'alarm', alarm(1, { device: 'watch-3g:1111111111' }));
  for (let each = 0; each < 6; each++) await turn();
  expect(acknowledged.get('gw2')).toBe(1);
  expect(tables.deadLetters.count).toBeLessThan(400);
});

test('what is over a gateway’s share is not acknowledged, is counted, and is taken when it is sent again', async () => {
  const many = 30_000;
  const large = (sequence: number) =>
    alarm(sequence, { body: { type: 'event', kind: 'sos', text: 'x'.repeat(200) } });
  for (let sequence = 1; sequence <= many; sequence++) send('gw1', 'alarm', large(sequence));
  const over = await left('alarm', 'queue');
  expect(over).toBeGreaterThan(0);
  intake.close();
  expect(acknowledged.get('gw1')).toBe(many - over);
});

test('unknown devices of one gateway do not use up what others may ask of the registry', async () => {
  refreshing = Promise.withResolvers();
  const unknown = { device: 'watch-3g:1111111111' };
  for (let sequence = 1; sequence <= 300; sequence++)
    send('gw1', 'telemetry', telemetry(reading(sequence, unknown)));
  send('gw2', 'telemetry', telemetry(reading(1, unknown)));
  for (let each = 0; each < 100; each++) await turn();
  expect(await left('telemetry', 'awaiting')).toBe(296);
  refreshing.resolve();
  await turn();
  intake.close();
  const taken = tables.streams.find({ community: 'c1', gateway: 'gw2', epoch, lane: 'telemetry' });
  expect(taken?.acknowledged).toBe(1);
});

test('junk is one line in the log a gateway and reason, whatever it is', async () => {
  for (let index = 0; index < 200; index++) {
    send('gw1', 'alarm', Buffer.from(`junk ${index}`));
    await turn();
  }
  await turn();
  expect(tables.deadLetters.count).toBe(200);
  expect(lines).toBe(1);
  expect(logged[0]).toMatchObject({ gateway: 'gw1', reason: 'not-json' });
});

test('junk that names another device each time calls under its gateway’s name beyond the first ones', async () => {
  const many = 3 * maxNamedCallers;
  for (let sequence = 1; sequence <= many; sequence++) {
    send('gw1', 'alarm', alarm(sequence, { device: `watch-3g:${1_000_000_000 + sequence * 10}` }));
  }
  send('gw2', 'alarm', alarm(1, { device: 'watch-3g:1111111111' }));
  for (let each = 0; each < 100; each++) await turn();
  const called = readJournal(join(folder, 'journal.db')).flatMap((entry) =>
    entry.class === 'record' ? [entry] : [],
  );
  expect(called).toHaveLength(many + 1);
  expect(new Set(called.map(({ gateway, address }) => `${gateway} ${address}`)).size).toBe(
    maxNamedCallers + 2,
  );
  const nameless = called.filter(({ address }) => address === 'platform:ingest');
  expect(nameless).toHaveLength(many - maxNamedCallers);
  // What was claimed can still be read.
  expect(JSON.stringify(nameless[0]?.body)).toContain('watch-3g:10000001');
});
