import type { Logger } from '#runtime/log.ts';
import { startPollLoop } from '#runtime/poll-loop.ts';

/** Counts what the editor refused and tells it to the agent, whose heartbeats bring it to the platform. */
export interface RefusalReport {
  add(): void;
  close(): Promise<void>;
}

const everyMs = 10_000;
const maxTold = 1_000_000;

/** Starts it; what could not be told is told with the next. */
export function startRefusalReport(options: {
  report: (refused: number) => Promise<unknown>;
  log: Logger;
  intervalMs?: number;
}): RefusalReport {
  let untold = 0;
  const loop = startPollLoop({
    name: 'refusal-report',
    intervalMs: options.intervalMs ?? everyMs,
    log: options.log,
    run: async () => {
      const refused = Math.min(untold, maxTold);
      if (refused === 0) return false;
      await options.report(refused);
      untold -= refused;
      return false;
    },
  });
  return {
    add: () => {
      untold += 1;
    },
    close: loop.close,
  };
}
