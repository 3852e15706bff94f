import type { StoreProgress } from './store/store-writer.ts';

/** What the receiving thread tells a worker: there is something to read, or to end in order. */
export type ToWorker = { newest: number } | { close: true };

/** What a worker tells: how far it has read, which lets the journal be trimmed. */
export type FromWorker = { ready: true } | { store: StoreProgress } | { read: number };
