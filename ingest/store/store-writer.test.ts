import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { JournalEntry } from '#contracts/journal-entry.ts';
import { silentLog } from '#runtime/log.ts';
import { migrate } from '#runtime/migrations.ts';
import { openSqlite } from '#runtime/sqlite.ts';
import { conformanceNow, storedEntry } from '../testing/stored-entries.ts';
import { openDueSummaries } from './due-summaries.ts';
import { type InfluxOptions, openInfluxStore } from './influx/influx-store.ts';
import { startInfluxd } from './influx/influxd.ts';
import { storeMigrations } from './migrations.ts';
import type { ReplayRequest } from './replay-request.ts';
import { findReplayRequest, requestReplay } from './replay-request.ts';
import { openSqliteStore } from './sqlite/sqlite-store.ts';
import { type StoreProgress, startStoreWriter } from './store-writer.ts';
import type { TelemetryStore } from './telemetry-store.ts';

let folder: string;
let db: DatabaseSync;
let entries: JournalEntry[];
let progress: StoreProgress[];

const event = (position: number, at = 0) =>
  storedEntry(position, { type: 'event', kind: 'sos' }, { capturedAt: Date.UTC(2026, 10, 24) + at });
const journal = {
  read: async (position: number, limit: number) =>
    entries.filter((entry) => entry.position > position).slice(0, limit),
  newest: async () => entries.at(-1)?.position ?? 0,
};
const write = (
  store: TelemetryStore,
  file: DatabaseSync = db,
  findReplay?: () => ReplayRequest | undefined,
) =>
  startStoreWriter({
    journal,
    store,
    db: file,
    due: openDueSummaries(file),
    ...(findReplay && { findReplay, positionBefore: async (at) => at }),
    batchEntries: 7,
    retryMinMs: 10,
    retryMaxMs: 40,
    pollMs: 10,
    now: () => 0,
    log: silentLog(),
    onProgress: (one) => progress.push(one),
  });
const untilAt = (position: number) =>
  vi.waitFor(() => expect(progress.at(-1)).toMatchObject({ position, failing: false }), {
    interval: 5,
    timeout: 15_000,
  });

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'store-'));
  db = openSqlite(join(folder, 'store.db'));
  migrate(db, 'store', storeMigrations);
  entries = Array.from({ length: 20 }, (_, index) => event(index + 1));
  progress = [];
});
afterEach(() => {
  db.close();
  rmSync(folder, { recursive: true });
});

test('everything in the journal is stored, and after a restart only what is new', async () => {
  const store = openSqliteStore(db, conformanceNow);
  const first = write(store);
  await untilAt(20);
  await first.close();
  entries.push(event(21));
  const read = vi.spyOn(journal, 'read');
  const second = write(store);
  await untilAt(21);
  await second.close();
  expect(read.mock.calls[0]?.[0]).toBe(20);
  expect(await store.events({ limit: 100 })).toHaveLength(21);
});

test('a write that fails after it was done is done again without doubling', async () => {
  const store = openSqliteStore(db, conformanceNow);
  let failures = 3;
  const flaky: TelemetryStore = {
    ...store,
    write: async (batch) => {
      const refused = await store.write(batch);
      if (failures-- > 0) throw new Error('answer lost');
      return refused;
    },
  };
  const writer = write(flaky);
  await untilAt(20);
  await writer.close();
  expect(progress.some((one) => one.failing)).toBe(true);
  expect(await store.events({ limit: 100 })).toHaveLength(20);
});

test('an entry the store refuses is kept and the rest goes on', async () => {
  const store = openSqliteStore(db, conformanceNow);
  entries.splice(4, 1, event(5, 1e15));
  const writer = write(store);
  await untilAt(20);
  await writer.close();
  expect(await store.events({ limit: 100 })).toHaveLength(19);
  expect(db.prepare('SELECT position, reason FROM refused').all()).toMatchObject([
    { position: 5, reason: expect.stringContaining('outside the years') },
  ]);
  expect(progress.at(-1)?.refused).toBe(1);
});

test.each(['SQLite', 'InfluxDB'])(
  'a record that %s itself refuses is kept and the writer goes on',
  async (engine) => {
    const influxd =
      engine === 'InfluxDB' ? await startInfluxd({ dataDir: join(folder, 'influx') }) : undefined;
    const store = influxd
      ? openInfluxStore({ url: influxd.url, database: 'watch', timeoutMs: 5000 }, conformanceNow)
      : openSqliteStore(db, conformanceNow);
    const poisoned = (position: number, value: unknown) =>
      storedEntry(position, { type: 'reading', quantity: 'battery', value: value as number, unit: '%' });
    entries.splice(4, 2, poisoned(5, 'no number'), poisoned(6, undefined));
    const writer = write(store);
    await untilAt(20);
    entries.push(event(21));
    await untilAt(21);
    await writer.close();
    expect(await store.events({ limit: 100 })).toHaveLength(19);
    const aside = db.prepare('SELECT position, entry FROM refused ORDER BY position').all();
    expect(aside.map(({ position }) => position)).toEqual([5, 6]);
    expect(aside[0]?.entry).toContain('no number');
    await influxd?.stop();
  },
);

test('a journal shorter than what was stored of it is read anew', async () => {
  const store = openSqliteStore(db, conformanceNow);
  const first = write(store);
  await untilAt(20);
  await first.close();
  entries = [event(1, 500), event(2, 500)];
  const second = write(store);
  await untilAt(2);
  await second.close();
  expect(await store.events({ limit: 100 })).toHaveLength(22);
});

test('while InfluxDB is killed and away nothing is lost, and back again it holds everything once', async () => {
  const dataDir = join(folder, 'influx');
  let influxd = await startInfluxd({ dataDir });
  const options: InfluxOptions = { url: influxd.url, database: 'watch', timeoutMs: 5000 };
  const store = openInfluxStore(options, conformanceNow);
  const writer = write(store);
  await untilAt(20);
  await influxd.stop('SIGKILL');
  for (let position = 21; position <= 60; position++) entries.push(event(position));
  await vi.waitFor(() => expect(progress.at(-1)?.failing).toBe(true), { interval: 5, timeout: 5000 });
  influxd = await startInfluxd({ dataDir, ports: influxd.ports });
  await untilAt(60);
  await writer.close();
  const positions = (await store.events({ limit: 100 })).map((one) => one.position).sort((a, b) => a - b);
  expect(positions).toEqual(entries.map((entry) => entry.position));
  await influxd.stop();
});

test('asked to, it writes the journal again from a time on, once, and an unreadable request changes nothing', async () => {
  const written: number[] = [];
  const store = {
    ...openSqliteStore(db, conformanceNow),
    write: async (some: readonly JournalEntry[]) => {
      written.push(...some.map(({ position }) => position));
      return [];
    },
  };
  const writer = write(store, db, () => findReplayRequest(folder));
  await untilAt(20);
  writeFileSync(join(folder, 'store-replay.json'), '{');
  await vi.waitFor(() => expect(findReplayRequest(folder)).toBeUndefined());
  expect(written).toHaveLength(20);
  requestReplay(folder, 15);
  await vi.waitFor(() => expect(written.slice(20)).toEqual([16, 17, 18, 19, 20]));
  await untilAt(20);
  expect(findReplayRequest(folder)).toBeUndefined();
  await writer.close();
});
