import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JournalEntry, RecordEntry } from '#contracts/journal-entry.ts';
import type { Body } from '#contracts/record-body.ts';
import { createInfluxQuery } from '#ingest/store/influx/influx-query.ts';
import { openInfluxStore } from '#ingest/store/influx/influx-store.ts';
import { startInfluxd } from '#ingest/store/influx/influxd.ts';
import { openSqliteStore } from '#ingest/store/sqlite/sqlite-store.ts';
import { maxBucketsAtOnce, summaryTiers } from '#ingest/store/summary-tiers.ts';
import type { TelemetryStore } from '#ingest/store/telemetry-store.ts';
import { openSqlite } from '#runtime/sqlite.ts';
import { seededRandom } from '#simulators/seeded-random.ts';
import { percentilesOf } from './percentiles.ts';
import { type Figure, report } from './report.ts';

/**
 * What the pages ask of 30 days of 1,000 devices, on both engines, after the store writer's summaries. Beside it the
 * month's chart from the readings themselves.
 */
const days = Number(process.env.BENCH_DAYS ?? 30);
const devices = Number(process.env.BENCH_DEVICES ?? 1000);
/** A reading of each device every so many minutes. */
const everyMinutes = Number(process.env.BENCH_EVERY_MINUTES ?? 5);
const rounds = 100;
const reachMs = 300;
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const end = Math.floor(Date.now() / hourMs) * hourMs;
const start = end - days * dayMs;
const now = () => end;
const random = seededRandom(7);

const folder = mkdtempSync(join(tmpdir(), 'query-'));
const figures: Figure[] = [];
const db = openSqlite(join(folder, 'store.db'), { synchronous: 'normal' });
const influxd = await startInfluxd({ dataDir: join(folder, 'influx') });
try {
  await measure('SQLite', openSqliteStore(db, now));
  const options = { url: influxd.url, database: 'bench', timeoutMs: 120_000 };
  await createInfluxQuery(options)('CREATE DATABASE "bench"');
  await measure('InfluxDB', openInfluxStore(options, now));
  const readings = (days * dayMs * devices) / (everyMinutes * minuteMs);
  report(
    'bench:query',
    figures,
    `${readings} readings of ${devices} devices over ${days} days, an event a device and hour; ${rounds} questions each, of random devices and days`,
  );
} finally {
  await influxd.stop();
  db.close();
  rmSync(folder, { recursive: true });
}

async function measure(engine: string, store: TelemetryStore): Promise<void> {
  await fill(engine, store);
  const summarizeMs = await summarizeAll(store);
  const device = () => `d${Math.floor(random() * devices)}`;
  const day = () => start + Math.floor(random() * (days - 1)) * dayMs;
  const of = () => ({ community: 'c1', device: device() });
  const heart = (from: number, to: number) => ({ ...of(), quantity: 'heart-rate', from, to });
  const questions: Record<string, () => Promise<unknown[]>> = {
    "an elder's day in 10 minutes": () => {
      const from = day();
      return store.buckets(heart(from, from + dayMs), 10 * minuteMs);
    },
    "a device's month in hours": () => store.buckets(heart(start, end), hourMs),
    'the last hour, reading by reading': () => store.readings(heart(end - hourMs, end)),
    'the latest of a device': () => store.latest(of()),
    'the last 100 events': () => store.events({ limit: 100 }),
    'the last 100 events of a device': () => store.events({ of: of(), limit: 100 }),
  };
  // 59 minutes are no multiple of a summary, so all of it is read from readings.
  const raw = await timesOf(() => store.buckets(heart(start, end), 59 * minuteMs));
  for (const [what, ask] of Object.entries(questions)) {
    const { p50, p95, max } = await timesOf(ask);
    figures.push({
      what: `${engine}: ${what}`,
      value: `p50 ${p50}, p95 ${p95}, max ${max} ms`,
      baseline: `month from readings: p95 ${raw.p95} ms; all summaries made in ${Math.round(summarizeMs / 1000)} s`,
      reach: `p95 ≤ ${reachMs} ms`,
      ok: p95 <= reachMs,
    });
  }
}

async function timesOf(ask: () => Promise<unknown[]>) {
  const durations: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const startedAt = performance.now();
    const answer = await ask();
    durations.push(performance.now() - startedAt);
    if (answer.length === 0) throw new Error('an answer was empty');
  }
  return percentilesOf(durations);
}

async function fill(engine: string, store: TelemetryStore): Promise<void> {
  let position = 0;
  let batch: JournalEntry[] = [];
  const add = async (device: number, at: number, body: Body) => {
    position += 1;
    batch.push(entryOf(position, device, at, body));
    if (batch.length < 10_000) return;
    await store.write(batch);
    batch = [];
  };
  for (let at = start; at < end; at += everyMinutes * minuteMs) {
    for (let device = 0; device < devices; device++) {
      const value = 60 + ((position * 7) % 40);
      await add(device, at + device * 10, { type: 'reading', quantity: 'heart-rate', value, unit: '/min' });
      if ((at - start) % hourMs === 0)
        await add(device, at + device * 10, { type: 'event', kind: 'access-granted' });
    }
    if ((at - start) % dayMs === 0) console.error(`${engine}: day ${(at - start) / dayMs} of ${days}`);
  }
  await store.write(batch);
}

async function summarizeAll(store: TelemetryStore): Promise<number> {
  const startedAt = performance.now();
  for (const tier of summaryTiers) {
    const step = tier * maxBucketsAtOnce;
    for (let at = start; at < end; at += step) await store.summarize(tier, at, Math.min(end, at + step));
  }
  return performance.now() - startedAt;
}

function entryOf(position: number, device: number, at: number, body: Body): JournalEntry {
  const record: RecordEntry = {
    class: 'record',
    community: 'c1',
    gateway: 'gw1',
    epoch: '9f86d081884c7d65',
    lane: 'telemetry',
    sequence: position,
    device: `d${device}`,
    address: `watch-3g:${device}`,
    capturedAt: at,
    heldMs: 0,
    clock: { state: 'synchronized' },
    late: false,
    body,
  };
  return { ...record, position, receivedAt: at };
}
