import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InfluxDB } from '@influxdata/influxdb-client';
import type { JournalEntry, RecordEntry } from '#contracts/journal-entry.ts';
import { openJournal } from '#ingest/journal/journal.ts';
import { lineOf } from '#ingest/store/influx/influx-line.ts';
import { createInfluxQuery } from '#ingest/store/influx/influx-query.ts';
import { openInfluxStore } from '#ingest/store/influx/influx-store.ts';
import { startInfluxd } from '#ingest/store/influx/influxd.ts';
import { pointsOf } from '#ingest/store/points-of.ts';

const batchEntries = 10_000;
const batches = 50;
const start = Date.now() - 3_600_000;

function readingAt(position: number): RecordEntry & { position: number; receivedAt: number } {
  return {
    class: 'record',
    community: 'c1',
    gateway: 'gw1',
    epoch: '9f86d081884c7d65',
    lane: 'telemetry',
    sequence: position,
    device: `d${position % 1000}`,
    address: `watch-3g:${position % 1000}`,
    capturedAt: start + position,
    heldMs: 0,
    clock: { state: 'synchronized' },
    late: false,
    body: { type: 'reading', quantity: 'heart-rate', value: 60 + (position % 40), unit: '/min' },
    position,
    receivedAt: start + position,
  };
}

/** Journal entries a second into a real InfluxDB, and lines that are ready a second by the official client alone. */
export async function measureStore(): Promise<{ ours: number; client: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'store-rate-'));
  const influxd = await startInfluxd({ dataDir: folder });
  const batchOf = (batch: number) =>
    Array.from({ length: batchEntries }, (_, index): JournalEntry => readingAt(batch * batchEntries + index));
  const rate = async (database: string, write: (batch: number) => Promise<unknown>) => {
    await createInfluxQuery({ url: influxd.url, database, timeoutMs: 10_000 })(
      `CREATE DATABASE "${database}"`,
    );
    await write(batches);
    const startedAt = performance.now();
    for (let batch = 0; batch < batches; batch++) await write(batch);
    return Math.round((batches * batchEntries * 1000) / (performance.now() - startedAt));
  };
  try {
    const all = Array.from({ length: batches + 1 }, (_, batch) => batchOf(batch));
    const lines = all.map((entries) => entries.flatMap(pointsOf).map(lineOf));
    const api = new InfluxDB({ url: influxd.url }).getWriteApi('', '', 'ns', {
      batchSize: batchEntries + 1,
      flushInterval: 0,
      maxBatchBytes: Number.MAX_SAFE_INTEGER,
    });
    api.path = '/write?db=client&precision=ns';
    const client = await rate('client', async (batch) => {
      api.writeRecords(lines[batch] ?? []);
      await api.flush();
    });
    const store = openInfluxStore({ url: influxd.url, database: 'ours', timeoutMs: 60_000 }, Date.now);
    const ours = await rate('ours', (batch) => store.write(all[batch] ?? []));
    await api.close();
    return { ours, client };
  } finally {
    await influxd.stop();
    rmSync(folder, { recursive: true });
  }
}

/** Commits of one alarm a second into the journal, and appends of as many bytes each with `fdatasync`. */
export function measureCommits(): { journal: number; bare: number } {
  const commits = 1000;
  const folder = mkdtempSync(join(tmpdir(), 'commits-'));
  const perSecond = (act: (number: number) => void) => {
    const startedAt = performance.now();
    for (let number = 0; number < commits; number++) act(number);
    return Math.round((commits * 1000) / (performance.now() - startedAt));
  };
  const journal = openJournal(join(folder, 'journal.db'), Date.now);
  const ours = perSecond((number) => journal.commit((append) => append(readingAt(number))));
  journal.close();
  const file = openSync(join(folder, 'bare'), 'w');
  const bytes = Buffer.from(JSON.stringify(readingAt(1)));
  const bare = perSecond(() => {
    writeSync(file, bytes);
    fdatasyncSync(file);
  });
  closeSync(file);
  rmSync(folder, { recursive: true });
  return { journal: ours, bare };
}
