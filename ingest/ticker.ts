import type { Logger } from '#runtime/log.ts';
import type { Journal } from './journal/journal.ts';

/** Writes the tick by which time passes for the warning engine. */
export interface Ticker {
  close(): void;
}

/** Starts ticking, the first at once. */
export function startTicker(options: {
  journal: Journal;
  intervalMs: number;
  /** False while either MQTT session is down. */
  listening: () => boolean;
  onTick: (position: number) => void;
  log: Logger;
}): Ticker {
  const tick = () => {
    try {
      options.journal.commit((append) => append({ class: 'tick', listening: options.listening() }));
      options.onTick(options.journal.newest);
    } catch (error) {
      options.log.error({ err: error }, 'tick not journalled');
    }
  };
  tick();
  const timer = setInterval(tick, options.intervalMs);
  return { close: () => clearInterval(timer) };
}
