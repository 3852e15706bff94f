import { parentPort, workerData } from 'node:worker_threads';
import { createLog } from '#runtime/log.ts';
import { openJournalReader } from './journal/journal-reader.ts';
import { openStore, type StoreSettings } from './store/open-store.ts';
import { startStoreWriter } from './store/store-writer.ts';
import type { FromWorker, ToWorker } from './worker-messages.ts';

/** What the store's worker thread is started with. */
export interface StoreWorkerData {
  journalFile: string;
  settings: StoreSettings;
  logLevel: string;
}

const { journalFile, settings, logLevel } = workerData as StoreWorkerData;
const tell = (message: FromWorker) => parentPort?.postMessage(message);

const journal = openJournalReader(journalFile);
const { db, store } = openStore(settings);
const writer = startStoreWriter({
  journal,
  store,
  db,
  ...settings,
  now: Date.now,
  log: createLog('ingest-store', logLevel),
  onProgress: (progress) => tell({ store: progress }),
});

parentPort?.on('message', async (message: ToWorker) => {
  if ('newest' in message) {
    writer.wake();
    return;
  }
  await writer.close();
  await store.close();
  db.close();
  journal.close();
  parentPort?.close();
});
