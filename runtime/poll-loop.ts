import type { Logger } from './log.ts';

/** A loop that runs when woken, and at least every `intervalMs`, so that a lost wake costs time alone. */
export interface PollLoop {
  /** Asks for a run soon; asking again while one runs asks for one more. */
  wake(): void;
  /** Ends the loop after the run in hand. */
  close(): Promise<void>;
}

/**
 * Starts a loop over `run`, one run at a time.
 *
 * @param run Returns true where more work is waiting, to be run again at once. An error is logged and the
 * loop goes on after `intervalMs`: what it reads stays where it is, behind a cursor.
 */
export function startPollLoop(options: {
  name: string;
  intervalMs: number;
  log: Logger;
  run: () => boolean | Promise<boolean>;
}): PollLoop {
  let closed = false;
  let woken = true;
  let signal: () => void = () => undefined;

  const work = async () => {
    while (!closed) {
      woken = false;
      try {
        if (await options.run()) woken = true;
      } catch (error) {
        options.log.error({ err: error, loop: options.name }, 'run failed');
        await pause(options.intervalMs);
      }
      // Between runs the event loop gets its turn, so a long backlog starves no socket.
      await (woken ? new Promise<void>((resolve) => setImmediate(resolve)) : pause(options.intervalMs));
    }
  };
  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      if (closed) return resolve();
      const timer = setTimeout(resolve, ms);
      signal = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  const ended = work();
  return {
    wake: () => {
      woken = true;
      signal();
    },
    close: async () => {
      closed = true;
      signal();
      await ended;
    },
  };
}
