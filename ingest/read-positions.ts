import type { StoreProgress } from './store/store-writer.ts';
import type { FromWorker } from './worker-messages.ts';

/** How far each reader of the journal inside this process has come. */
export interface ReadPositions {
  note(reader: 'store' | 'warning', message: FromWorker): void;
  /** Position that every reader has read; 0 until each has told. */
  readonly slowest: number;
  readonly store: StoreProgress | undefined;
  readonly warning: number;
}

/** Keeps what the workers tell of their progress. */
export function createReadPositions(): ReadPositions {
  let store: StoreProgress | undefined;
  let warning = 0;
  return {
    note: (_reader, message) => {
      if ('store' in message) store = message.store;
      else if ('read' in message) warning = message.read;
    },
    get slowest() {
      return Math.min(store?.position ?? 0, warning);
    },
    get store() {
      return store;
    },
    get warning() {
      return warning;
    },
  };
}
