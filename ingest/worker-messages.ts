import type { PresenceCount } from '#contracts/warning-transition.ts';
import type { EndWorker } from '#runtime/supervised-worker.ts';
import type { StoreProgress } from './store/store-writer.ts';

/** Messages of the receiving thread to a worker: something is there to read, or to end in order. */
export type ToWorker = { newest: number } | EndWorker;

/** Progress of the warning engine; `cursor` is the position whose result is on disk. */
export interface WarningProgress {
  cursor: number;
  behind: number;
}

/** Messages of a worker: its position, up to which the journal may be trimmed. */
export type FromWorker =
  | { store: StoreProgress }
  | { refusedSummaries: number }
  | { refusedEntries: number }
  | { warning: WarningProgress }
  | { presence: PresenceCount[] };
