import type { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Registry } from '#registry/registry.ts';
import { silentLog } from '#runtime/log.ts';
import { migrate } from '#runtime/migrations.ts';
import type { PollLoop } from '#runtime/poll-loop.ts';
import { openSqlite, transaction } from '#runtime/sqlite.ts';
import { IngestError } from '../errors.ts';
import { storedEntry } from '../testing/stored-entries.ts';
import { openDueSummaries } from './due-summaries.ts';
import { storeMigrations } from './migrations.ts';
import { startRetention } from './retention.ts';
import type { Expiry } from './telemetry-store.ts';

const dayMs = 86_400_000;
const hourMs = 3_600_000;
const start = Date.UTC(2026, 10, 24, 8);
const community = { id: 'c1', retention: '{"telemetry":14,"access":60}' };
const registry = { communities: new Map([['c1', { community }]]) } as unknown as Registry;

let db: DatabaseSync;
let time: number;
let made: string[];
let expired: Expiry[];
let keeping: Pick<PollLoop, 'close'>;
let failure: Error | undefined;
let onSummarize: () => void;
let questions: number;

beforeEach(() => {
  db = openSqlite(':memory:');
  migrate(db, 'store', storeMigrations);
  time = start;
  made = [];
  expired = [];
  failure = undefined;
  onSummarize = () => undefined;
  questions = 0;
});
afterEach(async () => {
  await keeping.close();
  db.close();
});

const keep = () => {
  const due = openDueSummaries(db);
  keeping = startRetention({
    store: {
      summarize: async (tier, from, to) => {
        for (let at = from; at < to; at += tier)
          made.push(`${tier / 60_000} min at ${(at - start) / 60_000}`);
        questions += 1;
        onSummarize();
      },
      expire: async (expiry) => {
        if (failure) throw failure;
        expired.push(expiry);
      },
    },
    due,
    registry: () => registry,
    now: () => time,
    log: silentLog(),
    intervalMs: 5,
  });
  return due;
};
const reading = (minutes: number) =>
  storedEntry(
    1,
    { type: 'reading', quantity: 'battery', value: 40, unit: '%' },
    { capturedAt: start + minutes * 60_000 },
  );
const mark = (...minutes: number[]) =>
  transaction(db, () => openDueSummaries(db).mark(minutes.map(reading), time));
const marks = () => db.prepare('SELECT count(*) AS marks FROM due_summary').get()?.marks;
const until = (check: () => void) => vi.waitFor(check, { interval: 5, timeout: 5000 });

test('a bucket is summarized a minute after its end, each tier once', async () => {
  mark(1, 2, 9);
  mark(3);
  time = start + 10 * 60_000 + 59_999;
  keep();
  await until(() => expect(expired.length).toBeGreaterThan(0));
  expect(made).toEqual([]);
  time += 1;
  await until(() => expect(made).toEqual(['10 min at 0']));
  time = start + 61 * 60_000;
  await until(() => expect(made).toEqual(['10 min at 0', '60 min at 0']));
  await until(() => expect(marks()).toBe(0));
});

test('neighbouring buckets are made by one question', async () => {
  mark(1, 12, 25, 47);
  time = start + 61 * 60_000;
  keep();
  await until(() => expect(marks()).toBe(0));
  expect(made).toEqual([0, 10, 20, 40].map((at) => `10 min at ${at}`).concat('60 min at 0'));
  expect(questions).toBe(3);
});

test('what comes while a summary is made lets it be made anew', async () => {
  mark(1);
  onSummarize = () => {
    onSummarize = () => undefined;
    mark(2);
  };
  time = start + 12 * 60_000;
  keep();
  await until(() => expect(made).toEqual(['10 min at 0']));
  time += 60_000;
  await until(() => expect(made).toEqual(['10 min at 0', '10 min at 0']));
});

test('a bucket whose readings may be gone in part keeps the summary it has', async () => {
  mark(-14 * 24 * 60 + 30, -14 * 24 * 60 + 90);
  time = start + 61_000;
  keep();
  await until(() => expect(marks()).toBe(0));
  expect(made).toEqual(['10 min at -20070', '60 min at -20100']);
});

test('every class is removed by the days its community keeps it and metrics after 31, at the start and every 6 hours', async () => {
  keep();
  await until(() => expect(expired).toHaveLength(7));
  const kept = Object.fromEntries(expired.map((one) => [one.class, (start - one.before) / dayMs]));
  expect(kept).toEqual({
    metrics: 31,
    access: 60,
    alarms: 1095,
    location: 30,
    vitals: 90,
    telemetry: 14,
    summaries: 1095,
  });
  time += 6 * hourMs;
  await until(() => expect(expired).toHaveLength(14));
});

test('summaries that cannot be made keep nothing that is to go', async () => {
  onSummarize = () => {
    throw new Error('refused');
  };
  mark(1);
  time = start + 12 * 60_000;
  keep();
  await until(() => expect(expired).toHaveLength(7));
  expect(marks()).toBe(2);
});

test('a store that removes nothing is asked again later and its summaries are made all the same', async () => {
  failure = new IngestError('INGEST_STORE_KEEPS_ALL', 'not here');
  mark(1);
  time = start + 12 * 60_000;
  keep();
  await until(() => expect(made).toEqual(['10 min at 0']));
  failure = undefined;
  time += 6 * hourMs;
  await until(() => expect(expired).toHaveLength(7));
});
