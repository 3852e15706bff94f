import type { Logger } from './log.ts';
import { type SupervisedWorker, superviseWorker } from './supervised-worker.ts';

/** What the thread that checkpoints is started with. */
export interface CheckpointsData {
  files: readonly string[];
  everyMs: number;
  logLevel: string;
}

/** Often enough that what a writer still finds to do is small. */
const everyMs = 500;

/**
 * Writes the WAL of SQLite files back into them, in a thread of its own: SQLite does it within the commit that
 * crosses its threshold, and an alarm's commit would wait for tens of megabytes. A file that is not there yet is
 * taken up when it is. The writers keep their own threshold, because only a checkpoint with no commit meanwhile lets
 * the WAL begin anew.
 */
export function startCheckpoints(
  files: readonly string[],
  options: { log: Logger; logLevel: string; now: () => number },
): SupervisedWorker {
  return superviseWorker<never, never>({
    name: 'checkpoints',
    file: new URL('./checkpoints.main.ts', import.meta.url),
    workerData: { files, everyMs, logLevel: options.logLevel } satisfies CheckpointsData,
    onMessage: () => undefined,
    now: options.now,
    log: options.log,
  });
}
