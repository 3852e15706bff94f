import type { JournalEntry } from '#contracts/journal-entry.ts';

/** Failures of a single entry after which it becomes a dead letter and the journal is read on. */
export const maxFailures = 3;

/** Finds the entry by which batches fail. */
export interface FailingEntries {
  /** How many entries to take at once behind a position: one by one where a batch failed twice. */
  limit(position: number, usual: number): number;
  /** Counts a failure. @returns True where the single entry has failed so often that it becomes a dead letter. */
  failed(entries: readonly JournalEntry[]): boolean;
}

/** Creates the memory of one reader. */
export function createFailingEntries(): FailingEntries {
  let singlyUpTo = 0;
  let lastBatch = 0;
  let last = { position: 0, failures: 0 };
  return {
    limit: (position, usual) => (position < singlyUpTo ? 1 : usual),
    failed: (entries) => {
      const [first] = entries;
      if (!first) return false;
      if (entries.length > 1) {
        const isSecond = lastBatch === first.position;
        lastBatch = first.position;
        if (isSecond) singlyUpTo = entries.at(-1)?.position ?? 0;
        return false;
      }
      const { position } = first;
      last = { position, failures: last.position === position ? last.failures + 1 : 1 };
      return last.failures >= maxFailures;
    },
  };
}
