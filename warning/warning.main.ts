import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { cursorNames } from '#contracts/facts/logs.ts';
import { readFurthest } from '#eventlog/furthest-read.ts';
import { readCursor } from '#eventlog/sqlite/cursors.ts';
import { openNotifier } from '#eventlog/sqlite/socket-notify.ts';
import { openJournalReader } from '#ingest/journal/journal-reader.ts';
import type { FromWorker, ToWorker } from '#ingest/worker-messages.ts';
import { followRegistry } from '#registry/open-registry.ts';
import { createLog } from '#runtime/log.ts';
import type { WarningSettings } from './config.ts';
import { openWarningEngine } from './open-warning-engine.ts';

/** What the warning engine's worker thread is started with. */
export interface WarningWorkerData {
  journalFile: string;
  settings: WarningSettings;
  logLevel: string;
}

/** Often, since acknowledgements of telemetry wait for an engine that is far behind. */
const reportMs = 50;

/** How often who is there is counted for charts, in ms. */
const countMs = 10_000;

const { journalFile, settings, logLevel } = workerData as WarningWorkerData;
const log = createLog('warning', logLevel);
const post = (message: FromWorker) => parentPort?.postMessage(message);

const journal = openJournalReader(journalFile);
const registry = await followRegistry({ file: join(settings.dataDir, 'registry.db'), log });
const incidents = {
  file: join(settings.dataDir, 'incidents.db'),
  read: (file: string) => readCursor(file, cursorNames.warnings),
};
const logReadTo = await readFurthest([incidents], log);
const notifier = await openNotifier(join(settings.dataDir, 'warning.db'), log);
const engine = openWarningEngine({
  settings,
  journal,
  registry,
  logReadTo,
  onAppended: notifier.notify,
  log,
});
let reported = -1;
const report = () => {
  const stats = engine.stats();
  if (stats.cursor === reported) return;
  reported = stats.cursor;
  post({ warning: stats });
};
const timer = setInterval(report, reportMs);
report();
const count = () => post({ presence: engine.presence() });
const countTimer = setInterval(count, countMs);
count();

parentPort?.on('message', async (message: ToWorker) => {
  if ('newest' in message) {
    engine.wake();
    return;
  }
  clearInterval(timer);
  clearInterval(countTimer);
  await engine.close();
  await notifier.close();
  await registry.close();
  journal.close();
  parentPort?.close();
});
