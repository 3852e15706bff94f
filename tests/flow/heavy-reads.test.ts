import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { JournalEntry } from '#contracts/journal-entry.ts';
import { startReadWorker } from '#dashboard/server/exports/read-worker.ts';
import { storeSettings } from '#ingest/config.ts';
import { openSqliteStore } from '#ingest/store/sqlite/sqlite-store.ts';
import { migrateAll } from '#provisioning/prepare.ts';
import { silentLog } from '#runtime/log.ts';
import { loadSettings } from '#runtime/settings.ts';
import { openSqlite } from '#runtime/sqlite.ts';

const dayMs = 86_400_000;

/** A platform's folder with an incident a day. */
async function folderWithIncidents(days: number) {
  const dataDir = mkdtempSync(join(tmpdir(), 'heavy-reads-'));
  onTestFinished(() => rmSync(dataDir, { recursive: true }));
  migrateAll(dataDir);
  const settings = loadSettings(storeSettings, { STORE_KIND: 'sqlite', STORE_DATA_DIR: dataDir });
  const db = openSqlite(join(dataDir, 'store.db'));
  const store = openSqliteStore(db, Date.now);
  const entries = Array.from({ length: days }, (_, day) => ({
    ...{ class: 'incident', community: 'c1', incident: `i-${day}`, change: day + 1, transition: 'opened' },
    ...{ warnings: [], kind: day % 2 ? 'sos' : 'smoke', level: 'red', drill: false, building: 'b1' },
    ...{ position: day + 1, receivedAt: day * dayMs },
  })) as unknown as JournalEntry[];
  await store.write(entries);
  await store.close();
  db.close();
  return { dataDir, store: settings };
}

test('counts of 92 days and every page of an export leave the thread of the live rooms free', async () => {
  const folder = await folderWithIncidents(92);
  const reads = startReadWorker('exports', { ...folder, now: Date.now, log: silentLog() });
  onTestFinished(() => reads.close());
  const range = { community: 'c1', from: 0, to: 92 * dayMs };
  const days = { from: '19700101', to: '19700402', limit: 20 };
  const questions: [() => Promise<unknown>, unknown][] = [
    [
      () => reads.telemetry.counts({ of: 'incidents', by: 'kind', ...range }),
      [
        { name: 'smoke', count: 46 },
        { name: 'sos', count: 46 },
      ],
    ],
    [() => reads.telemetry.eventsBetween(range, 500), []],
    [() => reads.incidents.ofDays('c1', days), []],
    [() => reads.audit.between(range, 500), []],
  ];
  for (const [ask, expected] of questions) {
    let turned = false;
    // Read on this thread, the answer would be there before its next turn.
    setImmediate(() => {
      turned = true;
    });
    const answer = await ask();
    expect(turned).toBe(true);
    expect(answer).toEqual(expected);
  }
});
