import type { OngoingTrouble, RefusalCause } from '#contracts/store-trouble.ts';
import { IngestError } from '../errors.ts';

/** The store took nothing for now; the same write may work later. */
export class StoreUnreachable extends IngestError {
  /** Its message to people. */
  readonly trouble: OngoingTrouble;

  constructor(trouble: OngoingTrouble, message: string, options: ErrorOptions = {}) {
    super('INGEST_STORE_UNREACHABLE', message, options);
    this.trouble = trouble;
  }
}

/** The store took the question and not what was to be written; the same again would be refused again. */
export class StoreRefused extends IngestError {
  /** Its message to people. */
  readonly refusal: RefusalCause;

  constructor(refusal: RefusalCause, message: string) {
    super('INGEST_STORE_REFUSED_QUERY', message);
    this.refusal = refusal;
  }
}

/** What is in the way of a write that failed, whatever it threw. */
export function troubleOf(error: unknown): OngoingTrouble {
  if (error instanceof StoreUnreachable) return error.trouble;
  // SQLite's own words where the disk of store.db is full.
  return /disk is full|ENOSPC/.test(String(error)) ? 'disk-full' : 'failing';
}
