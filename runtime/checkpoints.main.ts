import { existsSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import type { CheckpointsData } from './checkpoints.ts';
import { createLog } from './log.ts';

const { files, everyMs, logLevel } = workerData as CheckpointsData;
const log = createLog('checkpoints', logLevel);
const open = new Map<string, { db: DatabaseSync; checkpoint: StatementSync }>();

const openFile = (file: string) => {
  const db = new DatabaseSync(file);
  // PASSIVE waits for nobody and keeps nobody waiting; it syncs the log, then the file.
  const opened = { db, checkpoint: db.prepare('PRAGMA wal_checkpoint(PASSIVE)') };
  open.set(file, opened);
  return opened;
};
const timer = setInterval(() => {
  for (const file of files) {
    if (!existsSync(file)) continue;
    try {
      (open.get(file) ?? openFile(file)).checkpoint.get();
    } catch (error) {
      // The writer's own threshold does it then.
      log.warn({ err: error, file }, 'not checkpointed');
    }
  }
}, everyMs);

parentPort?.on('message', () => {
  clearInterval(timer);
  for (const { db } of open.values()) db.close();
  parentPort?.close();
});
