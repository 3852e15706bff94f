import type { PresenceCount } from '#contracts/warning-transition.ts';
import type { ReadTo } from './journal/journal-retention.ts';
import type { StoreProgress } from './store/store-writer.ts';
import type { FromWorker, WarningProgress } from './worker-messages.ts';

/** How far the readers of the journal inside this process have come. */
export interface ReadPositions {
  note(message: FromWorker): void;
  /** Position of each reader; 0 until it has reported. */
  readonly readTo: ReadTo;
  readonly store: StoreProgress | undefined;
  /** Summaries that the store refuses at present. */
  readonly refusedSummaries: number;
  readonly warning: WarningProgress | undefined;
  /** Who is there, as the warning engine last counted; none until it has. */
  readonly presence: readonly PresenceCount[];
}

/** Keeps the progress that workers report. */
export function createReadPositions(): ReadPositions {
  let store: StoreProgress | undefined;
  let refusedSummaries = 0;
  let warning: WarningProgress | undefined;
  let presence: PresenceCount[] = [];
  return {
    note: (message) => {
      if ('store' in message) store = message.store;
      else if ('refusedSummaries' in message) refusedSummaries = message.refusedSummaries;
      else if ('refusedEntries' in message) store = store && { ...store, refused: message.refusedEntries };
      else if ('presence' in message) presence = message.presence;
      else warning = message.warning;
    },
    get readTo() {
      return { store: store?.position ?? 0, warning: warning?.cursor ?? 0 };
    },
    get store() {
      return store;
    },
    get refusedSummaries() {
      return refusedSummaries;
    },
    get warning() {
      return warning;
    },
    get presence() {
      return presence;
    },
  };
}
