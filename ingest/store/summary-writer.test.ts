import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Registry } from '#registry/registry.ts';
import { silentLog } from '#runtime/log.ts';
import { migrate } from '#runtime/migrations.ts';
import { openSqlite } from '#runtime/sqlite.ts';
import { IngestError } from '../errors.ts';
import { conformanceNow, heartRate, storedEntry } from '../testing/stored-entries.ts';
import { openDueSummaries } from './due-summaries.ts';
import { createInfluxQuery } from './influx/influx-query.ts';
import { openInfluxStore } from './influx/influx-store.ts';
import { createInfluxWrite } from './influx/influx-write.ts';
import { startInfluxd } from './influx/influxd.ts';
import { storeMigrations } from './migrations.ts';
import { openSqliteStore } from './sqlite/sqlite-store.ts';
import { createSummaryWriter } from './summary-writer.ts';
import type { TelemetryStore } from './telemetry-store.ts';

const hourMs = 3_600_000;
const later = Math.floor((conformanceNow() - 48 * hourMs) / hourMs) * hourMs;
/** In another shard of InfluxDB, where a field has a type of its own. */
const earlier = later - 14 * 24 * hourMs;
const registry = {
  communities: new Map([['c1', { community: { id: 'c1', retention: null } }]]),
} as unknown as Registry;

let db: DatabaseSync;
beforeEach(() => {
  db = openSqlite(':memory:');
  migrate(db, 'store', storeMigrations);
});
afterEach(() => db.close());

/** Summarizing as the store's thread does it, with what it asked of the store and told of refusals. */
function summarizing(store: Pick<TelemetryStore, 'summarize'>) {
  const due = openDueSummaries(db);
  const clock = { now: conformanceNow() };
  const asked: string[] = [];
  const told: number[] = [];
  const logged: string[] = [];
  const log = silentLog();
  log.error = (...[, words]: unknown[]) => logged.push(String(words));
  log.info = (...[words]: unknown[]) => logged.push(String(words));
  const run = createSummaryWriter({
    store: {
      summarize: async (tier, from, to) => {
        asked.push(`${tier / 60_000} min from ${new Date(from).toISOString()}`);
        await store.summarize(tier, from, to);
      },
    },
    due,
    registry: () => registry,
    now: () => clock.now,
    log,
    onRefused: (summaries) => told.push(summaries),
  });
  const askedSoFar = () => asked.splice(0);
  return { due, clock, run, askedSoFar, told, logged };
}

/** Both engines, each with what makes it refuse the hourly summaries of the earlier time, and ends that. */
const engines: Record<
  string,
  (
    check: (store: TelemetryStore, spoil: () => Promise<void>, mend: () => Promise<void>) => Promise<void>,
  ) => Promise<void>
> = {
  SQLite: async (check) => {
    await check(
      openSqliteStore(db, conformanceNow),
      async () =>
        db.exec(`CREATE TRIGGER spoilt BEFORE INSERT ON summary WHEN NEW.tier = ${hourMs} AND NEW.at = ${earlier}
                 BEGIN SELECT RAISE(ABORT, 'spoilt'); END`),
      async () => db.exec('DROP TRIGGER spoilt'),
    );
  },
  InfluxDB: async (check) => {
    const folder = mkdtempSync(join(tmpdir(), 'influx-'));
    const influxd = await startInfluxd({ dataDir: folder });
    const options = { url: influxd.url, database: 'watch', timeoutMs: 10_000 };
    await check(
      openInfluxStore(options, conformanceNow),
      async () => {
        const answer = await createInfluxWrite(options)([
          `reading_1h,device=other total="text" ${earlier}000000`,
        ]);
        expect(answer).toEqual({ stored: true });
      },
      async () => void (await createInfluxQuery(options)('DROP MEASUREMENT "reading_1h"')),
    );
    await influxd.stop();
    rmSync(folder, { recursive: true });
  },
};

test.each(Object.keys(engines))('a summary that %s refuses for good holds back no other', async (engine) => {
  await engines[engine]?.(async (store, spoil, mend) => {
    const { due, clock, run, askedSoFar, told, logged } = summarizing(store);
    const entries = [earlier, earlier + hourMs, later].map((at, index) =>
      storedEntry(index + 1, heartRate(60 + index), { capturedAt: at + 1000 }),
    );
    await store.write(entries);
    await spoil();
    due.mark(entries, clock.now - hourMs);
    await run();
    const hourly = async () =>
      (
        await store.buckets(
          { community: 'c1', device: 'd1', quantity: 'heart-rate', from: earlier, to: later + hourMs },
          hourMs,
        )
      ).map(({ at }) => at);
    expect(await hourly()).toContain(later);
    expect(await hourly()).not.toContain(earlier);
    expect(told).toEqual([due.refused()]);
    expect(due.refused()).toBeGreaterThan(0);
    expect(logged).toEqual(['summaries refused']);
    askedSoFar();

    await mend();
    clock.now += 59_999;
    await run();
    expect(askedSoFar()).toEqual([]);
    clock.now += 1;
    await run();
    expect(await hourly()).toContain(earlier);
    expect(due.refused()).toBe(0);
    expect(logged).toEqual(['summaries refused', 'summaries are taken again']);
    expect(told.at(-1)).toBe(0);
  });
});

test('of summaries asked for together the refused one is tried alone, ever more seldom, and reported once', async () => {
  const { due, clock, run, askedSoFar, logged } = summarizing({
    summarize: async (_, from, to) => {
      if (from <= later && later < to) throw new IngestError('INGEST_STORE_REFUSED_QUERY', 'conflict');
    },
  });
  const entry = (minutes: number) => storedEntry(1, heartRate(60), { capturedAt: later + minutes * 60_000 });
  due.mark([entry(1), entry(11)], clock.now - hourMs);
  await run();
  expect(askedSoFar().map((one) => one.replace(/ min .*T/, ' min T'))).toEqual(
    ['10 min T', '10 min T', '10 min T', '60 min T'].map(
      (words, index) => `${words}${new Date(later + (index === 2 ? 600_000 : 0)).toISOString().slice(11)}`,
    ),
  );
  const waits: number[] = [];
  for (let waited = 0; waits.length < 9; waited += 60_000) {
    clock.now += 60_000;
    await run();
    if (askedSoFar().length === 0) continue;
    waits.push((waited + 60_000) / 60_000);
    waited = -60_000;
  }
  expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
  expect(logged).toEqual(['summaries refused']);
});

test('a refused summary is given up when its readings are no longer kept', async () => {
  const { due, clock, run, told } = summarizing({
    summarize: async () => {
      throw new IngestError('INGEST_STORE_REFUSED_QUERY', 'conflict');
    },
  });
  due.mark([storedEntry(1, heartRate(60), { capturedAt: later })], clock.now - hourMs);
  await run();
  clock.now += 91 * 24 * hourMs;
  await run();
  expect(told).toEqual([2, 0]);
});

test('while the store is unreachable nothing is put off', async () => {
  let isAway = true;
  const { due, clock, run, askedSoFar } = summarizing({
    summarize: async () => {
      if (isAway) throw new IngestError('INGEST_STORE_UNREACHABLE', 'away');
    },
  });
  due.mark([storedEntry(1, heartRate(60), { capturedAt: later })], clock.now - hourMs);
  await expect(run()).rejects.toMatchObject({ code: 'INGEST_STORE_UNREACHABLE' });
  expect(askedSoFar()).toHaveLength(1);
  isAway = false;
  await run();
  expect(askedSoFar()).toHaveLength(2);
  expect(due.refused()).toBe(0);
});
