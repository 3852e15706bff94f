/** Work by key that stays until it is done. What fails is tried again and delays nothing else. */
export interface RetryQueue<T> {
  /** Adds work; where some of its key waits already, both become one. */
  add(key: string, value: T): void;
  /** Tries all that waits, in the order it came. */
  run(): Promise<void>;
  readonly size: number;
}

/** Failures in a row after which work is tried more seldom. */
const quickAttempts = 25;
/** Runs between two tries then. */
const restRuns = 25;

/**
 * Creates an empty set of work. It leaves after success alone, so a failed read costs time and no alarm.
 *
 * @param merge One value of two of the same key, older first.
 * @param onFailure Told each failure, with how many there were in a row.
 */
export function createRetryQueue<T>(options: {
  work: (key: string, value: T) => Promise<void>;
  merge: (before: T, after: T) => T;
  onFailure: (key: string, error: unknown, attempt: number) => void;
}): RetryQueue<T> {
  interface Entry {
    value: T;
    attempts: number;
    runsToRest: number;
  }
  const entries = new Map<string, Entry>();

  const tryOne = async (key: string, entry: Entry): Promise<void> => {
    if (entry.runsToRest > 0) {
      entry.runsToRest -= 1;
      return;
    }
    const { value } = entry;
    // What is added meanwhile is work of its own, so it meets no entry here.
    entries.delete(key);
    try {
      await options.work(key, value);
    } catch (error) {
      const attempts = entry.attempts + 1;
      const added = entries.get(key);
      entries.delete(key);
      entries.set(key, {
        value: added ? options.merge(value, added.value) : value,
        attempts,
        runsToRest: attempts < quickAttempts ? 0 : restRuns,
      });
      options.onFailure(key, error, attempts);
    }
  };

  return {
    add: (key, value) => {
      const waiting = entries.get(key);
      if (!waiting) entries.set(key, { value, attempts: 0, runsToRest: 0 });
      else waiting.value = options.merge(waiting.value, value);
    },
    run: async () => {
      for (const [key, entry] of [...entries]) {
        if (entries.get(key) === entry) await tryOne(key, entry);
      }
    },
    get size() {
      return entries.size;
    },
  };
}

/** True for the failures worth a line in the log: the 1st, 2nd, 4th, 8th … in a row. */
export function isLoggedAttempt(attempt: number): boolean {
  return (attempt & (attempt - 1)) === 0;
}
