import type { Logger } from '#runtime/log.ts';
import type { Journal } from './journal.ts';

/** Positions of the journal's readers; 0 for one that has not reported yet. */
export interface ReadTo {
  store: number;
  warning: number;
}

/** Keeps the journal within its age and its bytes. */
export interface JournalRetention {
  /** False where telemetry is to be left to its gateways, which hold it: what room there is belongs to alarms. */
  acceptsTelemetry(): boolean;
  /**
   * Removes at most a slice of what is old or too much. What every reader has read goes first; beyond the limit, then
   * the oldest telemetry that warnings have read and the store has not, with word of what went.
   *
   * @returns True where more is to be removed.
   */
  makeRoom(readTo: ReadTo): boolean;
  /** Records removed that the store had not taken, since the start. */
  readonly skipped: number;
}

/** Entries removed at once. One may be a message of 200 readings: so few, of 2 MB, hold an alarm up by some ms at most. */
const sliceEntries = 50;
/** Share of the limit at which making room ends. */
const lowWater = 0.95;

/** Creates the keeper. @param options `maxBytes` of journal.db, without the reserve of alarms above it. */
export function createJournalRetention(options: {
  journal: Pick<Journal, 'usedBytes' | 'trim' | 'skipTelemetry'>;
  keepMs: number;
  maxBytes: number;
  now: () => number;
  log: Logger;
}): JournalRetention {
  const { journal, maxBytes, now, log } = options;
  let isOver = false;
  /** Up to here only what stays is left that the store has not read. */
  let lookedAt = 0;
  let skipped = 0;

  const skip = (readTo: ReadTo): boolean => {
    const from = Math.max(lookedAt, Math.min(readTo.store, readTo.warning));
    const slice = journal.skipTelemetry(from, readTo.warning, sliceEntries);
    lookedAt = slice.position;
    skipped += slice.records;
    if (slice.records > 0)
      log.error({ from, to: slice.position, records: slice.records }, 'telemetry skipped');
    return slice.position > from;
  };
  return {
    acceptsTelemetry: () => journal.usedBytes <= maxBytes,
    makeRoom: (readTo) => {
      const used = journal.usedBytes;
      isOver = used > maxBytes || (isOver && used > maxBytes * lowWater);
      const before = isOver ? Number.MAX_SAFE_INTEGER : now() - options.keepMs;
      const removed = journal.trim(before, Math.min(readTo.store, readTo.warning), sliceEntries);
      if (removed > 0) return removed === sliceEntries || isOver;
      return isOver && skip(readTo);
    },
    get skipped() {
      return skipped;
    },
  };
}
