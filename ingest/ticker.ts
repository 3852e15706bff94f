import type { NewEntry } from '#contracts/journal-entry.ts';
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
  /** Entries that go along with the tick, in its commit. */
  alongside: () => NewEntry[];
  /** False while either MQTT session is down. */
  listening: () => boolean;
  onTick: (position: number) => void;
  log: Logger;
}): Ticker {
  const tick = () => {
    try {
      const entries = options.alongside();
      options.journal.commit((append) => {
        append({ class: 'tick', listening: options.listening() });
        for (const entry of entries) append(entry);
      });
      options.onTick(options.journal.newest);
    } catch (error) {
      options.log.error({ err: error }, 'tick not journalled');
    }
  };
  tick();
  const timer = setInterval(tick, options.intervalMs);
  return { close: () => clearInterval(timer) };
}
