import { Worker } from 'node:worker_threads';
import type { Logger } from './log.ts';

/** Asks a worker to end in order. */
export interface EndWorker {
  close: true;
}

/** A worker thread that is started again when it dies. */
export interface SupervisedWorker<ToWorker = never> {
  /** Tells it something; nothing is kept for a worker that is not there, since it also polls. */
  post(message: ToWorker): void;
  readonly running: boolean;
  /** Asks it to end, and ends it where it takes too long. */
  close(): Promise<void>;
}

const closeTimeoutMs = 5000;
const restartMinMs = 200;
const restartMaxMs = 10_000;
const steadyAfterMs = 60_000;

/** Starts a worker thread over a `*.main.ts` file and keeps it running, with a doubling wait between starts. */
export function superviseWorker<ToWorker, FromWorker>(options: {
  name: string;
  file: URL;
  workerData: unknown;
  onMessage: (message: FromWorker) => void;
  /** It died, or ended because it was asked to. */
  onEnd?: () => void;
  now: () => number;
  log: Logger;
}): SupervisedWorker<ToWorker> {
  const log = options.log.child({ worker: options.name });
  let worker: Worker | undefined;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;
  let restartMs = restartMinMs;

  const start = () => {
    const startedAt = options.now();
    const started = new Worker(options.file, { workerData: options.workerData, name: options.name });
    worker = started;
    started.on('message', options.onMessage);
    started.on('error', (error) => log.error({ err: error }, 'worker failed'));
    started.on('exit', (code) => {
      worker = undefined;
      options.onEnd?.();
      if (closed) return;
      if (options.now() - startedAt > steadyAfterMs) restartMs = restartMinMs;
      log.error({ code, restartMs }, 'worker ended; starting it again');
      timer = setTimeout(start, restartMs);
      restartMs = Math.min(restartMs * 2, restartMaxMs);
    });
  };
  start();
  return {
    post: (message) => worker?.postMessage(message),
    get running() {
      return worker !== undefined;
    },
    close: async () => {
      closed = true;
      clearTimeout(timer);
      if (!worker) return;
      const ending = worker;
      const ended = new Promise((resolve) => ending.once('exit', resolve));
      ending.postMessage({ close: true } satisfies EndWorker);
      const deadline = setTimeout(() => void ending.terminate(), closeTimeoutMs);
      await ended;
      clearTimeout(deadline);
    },
  };
}
