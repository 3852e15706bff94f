import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type BackoffLimits, createGuessBackoff } from '#runtime/guess-backoff.ts';
import { forgetAfterMs } from '#runtime/guess-store.ts';
import { openDashboardTables } from '../tables.ts';
import { createGuessStore } from './guess-store.ts';

const limits: BackoffLimits = { free: 5, firstWaitMs: 1000, maxWaitMs: 8000 };

/** The back-offs of two dashboards on one data folder. */
function openTwo(clock: { now: number }) {
  const folder = mkdtempSync(join(tmpdir(), 'guess-store-'));
  const open = () => openDashboardTables(join(folder, 'registry.db'));
  const dbs = [open(), open()] as const;
  onTestFinished(async () => {
    await Promise.all(dbs.map((db) => db.destroy()));
    rmSync(folder, { recursive: true });
  });
  const now = () => clock.now;
  const [first, second] = dbs.map((db) => createGuessBackoff(createGuessStore(db, now), now));
  if (!first || !second) throw new Error('two were opened');
  return { first, second, db: dbs[0] };
}

test('what is guessed at one dashboard makes wait at the other, and what is right there is forgotten at both', async () => {
  const clock = { now: 1_790_000_000_000 };
  const { first, second } = openTwo(clock);
  const keys = [{ key: 'guard', limits }];
  for (const dashboard of [first, second, first, second, first]) {
    expect(await dashboard.begin(keys)).toMatchObject({ waitMs: 0 });
  }
  expect(await second.begin(keys)).toEqual({ waitMs: 1000 });
  expect(await first.begin(keys)).toEqual({ waitMs: 1000 });
  await second.undo({ guard: 'all' });
  expect(await first.begin(keys)).toEqual({ waitMs: 0, before: [0] });
});

test('of many guesses at once no more pass than may, and then none at the other', async () => {
  const { first, second } = openTwo({ now: 1_790_000_000_000 });
  const keys = [{ key: 'guard', limits }];
  const waits = await Promise.all(Array.from({ length: 10 }, () => first.begin(keys)));
  expect(waits.filter(({ waitMs }) => waitMs === 0)).toHaveLength(5);
  expect(await second.begin(keys)).toEqual({ waitMs: 1000 });
});

test('guesses older than an hour leave the table', async () => {
  const clock = { now: 1_790_000_000_000 };
  const { first, db } = openTwo(clock);
  for (let guess = 0; guess < 50; guess++) await first.begin([{ key: `old ${guess}`, limits }]);
  clock.now += forgetAfterMs;
  for (let guess = 0; guess < 50; guess++) await first.begin([{ key: `new ${guess}`, limits }]);
  const rows = await db.selectFrom('guess').select('key').execute();
  expect(rows.filter(({ key }) => key.startsWith('old'))).toEqual([]);
  expect(rows).toHaveLength(50);
});
