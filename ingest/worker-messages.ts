import type { PresenceCount } from '#contracts/warning-transition.ts';
import type { EndWorker } from '#runtime/supervised-worker.ts';
import type { StoreProgress } from './store/store-writer.ts';

/** What the receiving thread tells a worker: there is something to read, or to end in order. */
export type ToWorker = { newest: number } | EndWorker;

/** Where the warning engine stands; `cursor` is the position whose outcome is on disk. */
export interface WarningProgress {
  cursor: number;
  behind: number;
}

/** What a worker tells: how far it is, which also lets the journal be trimmed. */
export type FromWorker =
  | { store: StoreProgress }
  | { refusedSummaries: number }
  | { refusedEntries: number }
  | { warning: WarningProgress }
  | { presence: PresenceCount[] };
