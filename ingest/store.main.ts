import { setPriority } from 'node:os';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { followRegistry } from '#registry/open-registry.ts';
import { createLog } from '#runtime/log.ts';
import type { StoreSettings } from './config.ts';
import { openJournalReader } from './journal/journal-reader.ts';
import { takeDropRequest } from './store/drop-request.ts';
import { openDueSummaries } from './store/due-summaries.ts';
import { openStore } from './store/open-store.ts';
import { findReplayRequest } from './store/replay-request.ts';
import { startRetention } from './store/retention.ts';
import { startRetryRefused } from './store/retry-refused.ts';
import { startStoreWriter } from './store/store-writer.ts';
import type { FromWorker, ToWorker } from './worker-messages.ts';

/** What the store's worker thread is started with. */
export interface StoreWorkerData {
  journalFile: string;
  settings: StoreSettings;
  logLevel: string;
}

const { journalFile, settings, logLevel } = workerData as StoreWorkerData;
const post = (message: FromWorker) => parentPort?.postMessage(message);

/** Charts wait, alarms do not. */
const storeNiceness = 5;
// On Linux this is the thread's own; elsewhere it would be that of all ingest.
if (process.platform === 'linux') setPriority(storeNiceness);

/**
 * What is journalled within so long is written together, in ms: fewer and larger writes, and none while the alarm that was
 * just journalled is on its way to the page.
 */
const gatherMs = 50;

const now = Date.now;
const log = createLog('ingest-store', logLevel);

const journal = openJournalReader(journalFile);
const registry = await followRegistry({ file: join(settings.dataDir, 'registry.db'), log });
const { db, store } = openStore({ settings, registry: registry.current, log, now });
const due = openDueSummaries(db);
const writer = startStoreWriter({
  journal,
  store,
  db,
  ...settings,
  findReplay: () => findReplayRequest(settings.dataDir),
  positionBefore: journal.positionBefore,
  due,
  now,
  log,
  onProgress: (progress) => post({ store: progress }),
});
const retrying = startRetryRefused({
  store,
  db,
  now,
  log,
  onCount: (refusedEntries) => post({ refusedEntries }),
  isDropAsked: () => takeDropRequest(settings.dataDir),
  retryEveryMs: settings.retryRefusedMs,
});
const keeping = startRetention({
  store,
  due,
  registry: registry.current,
  now,
  log,
  onRefused: (refusedSummaries) => post({ refusedSummaries }),
});

let gathering: NodeJS.Timeout | undefined;
const writeSoon = () => {
  gathering ??= setTimeout(() => {
    gathering = undefined;
    writer.wake();
  }, gatherMs);
};

parentPort?.on('message', async (message: ToWorker) => {
  if ('newest' in message) {
    writeSoon();
    return;
  }
  clearTimeout(gathering);
  await keeping.close();
  await retrying.close();
  await writer.close();
  await registry.close();
  await store.close();
  db.close();
  journal.close();
  parentPort?.close();
});
