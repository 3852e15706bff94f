import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { JournalEntry } from '#contracts/journal-entry.ts';
import { silentLog } from '#runtime/log.ts';
import { migrate } from '#runtime/migrations.ts';
import { openSqlite } from '#runtime/sqlite.ts';
import { startSignedInfluxd } from '../testing/signed-influxd.ts';
import { heartRate, start, storedEntry } from '../testing/stored-entries.ts';
import { requestDrop, takeDropRequest } from './drop-request.ts';
import { openDueSummaries } from './due-summaries.ts';
import { createInfluxQuery } from './influx/influx-query.ts';
import { openInfluxStore } from './influx/influx-store.ts';
import { createInfluxWrite } from './influx/influx-write.ts';
import { type Influxd, startInfluxd } from './influx/influxd.ts';
import { storeMigrations } from './migrations.ts';
import { findReplayRequest, requestReplay } from './replay-request.ts';
import { startRetryRefused } from './retry-refused.ts';
import { openStoreHealthReader } from './store-health-reader.ts';
import { type StoreProgress, startStoreWriter } from './store-writer.ts';
import { createSummaryWriter } from './summary-writer.ts';
import type { TelemetryStore } from './telemetry-store.ts';

let folder: string;
let db: DatabaseSync;
let health: ReturnType<typeof openStoreHealthReader>;
let progress: StoreProgress | undefined;
let entries: JournalEntry[];
let influxd: Influxd;
/** What is to be ended, newest last. */
let running: { close(): Promise<void> }[];

const now = () => start + 3_600_000;
const database = 'watch';
const optionsOf = (token?: string) => ({
  url: influxd.url,
  database,
  timeoutMs: 5000,
  ...(token && { token }),
});

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'refused-'));
  db = openSqlite(join(folder, 'store.db'));
  migrate(db, 'store', storeMigrations);
  health = openStoreHealthReader(join(folder, 'store.db'));
  progress = undefined;
  running = [];
  const reading = (position: number) =>
    storedEntry(position, heartRate(60 + (position % 9)), { capturedAt: start + position });
  const event = (position: number) => storedEntry(position, { type: 'event', kind: 'doorbell' });
  entries = Array.from({ length: 20 }, (_, index) => (index % 2 ? event : reading)(index + 1));
});
afterEach(async () => {
  for (const one of running.toReversed()) await one.close();
  health.close();
  db.close();
  await influxd.stop();
  rmSync(folder, { recursive: true });
});

const startServer = async () => {
  influxd = await startInfluxd({ dataDir: join(folder, 'influx') });
  await createInfluxQuery(optionsOf())(`CREATE DATABASE "${database}"`);
};
const foreign = (measurement: string) =>
  createInfluxWrite(optionsOf())([`${measurement},device=d9 value="a text",total="a text" ${start}000000`]);
const write = (store: TelemetryStore) => {
  const writer = startStoreWriter({
    journal: {
      read: async (position, limit) => entries.filter((one) => one.position > position).slice(0, limit),
      newest: async () => entries.at(-1)?.position ?? 0,
    },
    ...{ store, db, due: openDueSummaries(db) },
    findReplay: () => findReplayRequest(folder),
    positionBefore: async () => 0,
    ...{ batchEntries: 100, retryMinMs: 10, retryMaxMs: 40, pollMs: 10, now, log: silentLog() },
    onProgress: (one) => {
      progress = one;
    },
  });
  running.push(writer);
};
const retry = (store: TelemetryStore) => {
  const retrying = startRetryRefused({
    ...{ store, db, now: Date.now, log: silentLog(), retryEveryMs: 20, intervalMs: 5 },
    isDropAsked: () => takeDropRequest(folder),
    onCount: () => undefined,
  });
  running.push(retrying);
};
const until = (check: () => void) => vi.waitFor(check, { interval: 5, timeout: 15_000 });
const untilWritten = (refused: number) =>
  until(() => expect(progress).toMatchObject({ position: 20, failing: false, refused }));

test('a measurement of another type: what is not stored is told with its count, and is written once the other is gone', async () => {
  await startServer();
  await foreign('reading');
  const store = openInfluxStore(optionsOf(), now);
  write(store);
  await untilWritten(10);
  expect(health.refused('c1', 10)).toEqual([{ cause: 'type-conflict', measurement: 'reading', entries: 10 }]);
  expect(health.refused('another', 10)).toEqual([]);
  expect(await store.events({ limit: 100 })).toHaveLength(10);

  await createInfluxQuery(optionsOf())('DROP MEASUREMENT reading');
  retry(store);
  await until(() => expect(health.refused('c1', 10)).toEqual([]));
  await untilWritten(0);
  const range = { community: 'c1', device: 'd1', quantity: 'heart-rate', from: start, to: start + 1000 };
  expect(await store.readings(range)).toHaveLength(10);
});

test('what was refused is counted no more once the journal was written again', async () => {
  await startServer();
  await foreign('reading');
  write(openInfluxStore(optionsOf(), now));
  await untilWritten(10);
  await createInfluxQuery(optionsOf())('DROP MEASUREMENT reading');
  requestReplay(folder, start);
  await until(() => expect(findReplayRequest(folder)).toBeUndefined());
  await untilWritten(0);
  expect(health.refused(undefined, 10)).toEqual([]);
});

test('what is older than the database keeps is told, and let go when somebody says so', async () => {
  influxd = await startInfluxd({ dataDir: join(folder, 'influx') });
  await createInfluxQuery(optionsOf())(`CREATE DATABASE "${database}" WITH DURATION 1d`);
  entries = [storedEntry(20, heartRate(60), { capturedAt: start - 86_400_000 * 900 })];
  const store = openInfluxStore(optionsOf(), now);
  write(store);
  await untilWritten(1);
  expect(health.refused(undefined, 10)).toEqual([
    { cause: 'beyond-retention', measurement: 'reading', entries: 1 },
  ]);
  requestDrop(folder);
  retry(store);
  await until(() => expect(health.refused(undefined, 10)).toEqual([]));
});

test('a summary that a measurement of another type refuses is told beside the records', async () => {
  await startServer();
  await foreign('reading_10m');
  const store = openInfluxStore(optionsOf(), now);
  write(store);
  await untilWritten(0);
  const due = openDueSummaries(db);
  const later = () => start + 2 * 3_600_000;
  const registry = () => ({ communities: new Map() }) as never;
  await createSummaryWriter({ store, due, registry, now: later, log: silentLog() })();
  expect(health.refused('c1', 10)).toEqual([
    { cause: 'type-conflict', measurement: 'reading_10m', entries: 1 },
  ]);
});

test('a wrong password is told plainly while nothing is stored, and no more once it is right', async () => {
  const signed = await startSignedInfluxd(join(folder, 'influx'));
  influxd = signed;
  await signed.ask(signed.admin, `CREATE DATABASE "${database}"`);
  const store = openInfluxStore(optionsOf('ingest:as it should be'), now);
  write(store);
  await until(() => expect(health.trouble()).toEqual({ name: 'sign-in-refused', since: now() }));
  expect(progress).toMatchObject({ position: 0, failing: true, trouble: 'sign-in-refused' });
  await signed.ask(signed.admin, `CREATE USER "ingest" WITH PASSWORD 'as it should be'`);
  await until(() => expect(health.trouble()?.name).toBe('not-allowed'));
  await signed.ask(signed.admin, `GRANT ALL ON "${database}" TO "ingest"`);
  await untilWritten(0);
  expect(health.trouble()).toBeUndefined();
});
