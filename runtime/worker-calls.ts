import { parentPort } from 'node:worker_threads';
import { errorCode, RuntimeError } from './errors.ts';
import type { Logger } from './log.ts';
import { type EndWorker, superviseWorker } from './supervised-worker.ts';

/** A question to a worker thread, and its answer. */
interface Call {
  call: number;
  name: string;
  args: readonly unknown[];
  /** Number of the newest question whose asker waits no longer, in memory that both threads see. */
  givenUp: Int32Array;
}
type CallAnswer = { call: number } & ({ value: unknown } | { failed: string; code?: string | undefined });

/** Asks a worker thread, which answers one question after another. */
export interface WorkerCalls {
  /**
   * Asks a handler by its name; what goes in and comes out is copied.
   *
   * @throws {RuntimeError} `WORKER_BUSY` where too much waits, `WORKER_LATE` after `timeoutMs`, `WORKER_ENDED` where
   * the thread died, `WORKER_FAILED` with the handler's own words.
   */
  ask(name: string, ...args: unknown[]): Promise<unknown>;
  close(): Promise<void>;
}

/** How a worker is asked. */
export interface WorkerCallOptions {
  name: string;
  /** A file that ends in `serveWorkerCalls`. */
  file: URL;
  workerData: unknown;
  /** Questions that may wait for their answer; one more is refused. */
  maxWaiting: number;
  /** Longest wait for an answer, ms. */
  timeoutMs: number;
  now: () => number;
  log: Logger;
}

/** Starts a worker thread that is asked, and starts it again when it dies. */
export function startWorkerCalls(options: WorkerCallOptions): WorkerCalls {
  interface Waiting {
    resolve: (value: unknown) => void;
    reject: (error: RuntimeError) => void;
    timer: NodeJS.Timeout;
  }
  const waiting = new Map<number, Waiting>();
  const givenUp = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  let calls = 0;
  const settle = (call: number): Waiting | undefined => {
    const found = waiting.get(call);
    waiting.delete(call);
    clearTimeout(found?.timer);
    return found;
  };
  const worker = superviseWorker<Call | EndWorker, CallAnswer>({
    ...options,
    onMessage: (answer) => {
      const asked = settle(answer.call);
      if ('value' in answer) asked?.resolve(answer.value);
      else asked?.reject(new RuntimeError('WORKER_FAILED', answer.failed, { cause: { code: answer.code } }));
    },
    onEnd: () => {
      for (const call of [...waiting.keys()]) {
        settle(call)?.reject(new RuntimeError('WORKER_ENDED', `${options.name} ended before it answered`));
      }
    },
  });
  return {
    ask: (name, ...args) => {
      if (waiting.size >= options.maxWaiting) {
        const words = `${waiting.size} questions wait for ${options.name}`;
        return Promise.reject(new RuntimeError('WORKER_BUSY', words));
      }
      if (!worker.running) {
        return Promise.reject(new RuntimeError('WORKER_ENDED', `${options.name} is being started again`));
      }
      calls += 1;
      const call = calls;
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          // All wait equally long, so earlier callers have given up too.
          Atomics.store(givenUp, 0, call);
          const words = `${options.name} did not answer within ${options.timeoutMs} ms`;
          settle(call)?.reject(new RuntimeError('WORKER_LATE', words));
        }, options.timeoutMs);
        waiting.set(call, { resolve, reject, timer });
        worker.post({ call, name, args, givenUp });
      });
    },
    close: worker.close,
  };
}

/**
 * Answers questions in a worker thread, one after another, until it is asked to end. One whose asker waits no longer is
 * passed over, or every question behind it would come too late as well.
 */
export function serveWorkerCalls(
  handlers: Record<string, (...args: never[]) => Promise<unknown>>,
  close: () => Promise<void>,
): void {
  let last: Promise<void> = Promise.resolve();
  const answer = async ({ call, name, args, givenUp }: Call) => {
    if (call <= Atomics.load(givenUp, 0)) return;
    let said: CallAnswer;
    try {
      const handler = handlers[name] as ((...given: readonly unknown[]) => Promise<unknown>) | undefined;
      if (!handler) throw new Error(`nobody answers ${name}`);
      said = { call, value: await handler(...args) };
    } catch (error) {
      said = { call, failed: error instanceof Error ? error.message : String(error), code: errorCode(error) };
    }
    parentPort?.postMessage(said);
  };
  parentPort?.on('message', (message: Call | EndWorker) => {
    last = last.then(async () => {
      if (!('close' in message)) return answer(message);
      await close();
      parentPort?.close();
    });
  });
}
