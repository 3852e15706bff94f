import { appendFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { threadId } from 'node:worker_threads';

/**
 * Loaded into every process and worker thread by `NODE_OPTIONS=--import`: writes, ten times a second, the longest time
 * its loop was kept, one line `process/thread epochMs stallMs` each, into the file that `STALL_FILE` names.
 */
const file = process.env.STALL_FILE;
const resolutionMs = 1;
if (file) {
  const delay = monitorEventLoopDelay({ resolution: resolutionMs });
  delay.enable();
  const name = `${process.argv[1]?.split('/').slice(-2).join('/') ?? 'node'}#${threadId}`;
  setInterval(() => {
    const stallMs = Math.max(0, delay.max / 1e6 - resolutionMs);
    delay.reset();
    appendFileSync(file, `${name} ${Date.now()} ${stallMs.toFixed(1)}\n`);
  }, 100).unref();
}
