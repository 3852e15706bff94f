/**
 * One entry of a log. It may hold several records; each has a position of its own, from `first` to `last`, as the
 * records of a batch have offsets in Kafka.
 */
export interface LogEntry {
  /** Position of its first record, ≥ 1. */
  first: number;
  /** Position of its last record. */
  last: number;
  /** When it was appended, epoch ms; it never falls from entry to entry. */
  at: number;
  /** What the owner says of it, as JSON text. */
  head: string;
  /** Bytes kept as they came. */
  body?: Uint8Array;
  /** SHA-256 of what stood here before a part of it was redacted, in hexadecimal digits. */
  redacted?: string;
}

/** An entry before the log gives it its place. */
export interface NewLogEntry {
  head: string;
  body?: Uint8Array;
  /** How many records it holds, ≥ 1; without it 1. */
  records?: number;
}

/** Reads a log, from any thread or process. */
export interface LogReader {
  /**
   * Entries that hold a position after `after`, oldest first: whole ones until they hold `records` of them, one at
   * least. The first begins at or before `after` where `after` is inside of it.
   */
  read(after: number, records: number): Promise<LogEntry[]>;
  /** Position of the newest record, 0 where the log is empty. */
  newest(): Promise<number>;
  /** Position of the last record appended before a time, epoch ms; 0 where the log does not reach back to it. */
  positionBefore(time: number): Promise<number>;
}

/** What a slice of the log was rewritten to. */
export interface RedactedSlice {
  /** Last position that was looked at; equal to `after` where there is nothing more. */
  last: number;
  /** Entries that were rewritten. */
  entries: number;
}

/**
 * The one writer of a log. Its methods write inside the transaction that its owner has open, so that the log and what
 * the owner stores beside it are committed or rolled back together.
 */
export interface LogWriter {
  /** Position of the newest record, in the owner's transaction too; 0 where the log is empty. */
  newest(): number;
  /** When the newest entry was appended; 0 where the log is empty. */
  newestAt(): number;
  /**
   * Appends an entry behind all others.
   *
   * @param at Epoch ms; where the clock went back, the time of the previous entry is used.
   */
  append(entry: NewLogEntry, at: number): Pick<LogEntry, 'first' | 'last'>;
  /**
   * Removes the oldest entries that end at or before `position` and are older than `before`, at most `limit`. The
   * newest entry always stays, so that no position is given twice.
   *
   * @returns Entries removed.
   */
  trim(position: number, before: number, limit: number): number;
  /** Removes an entry by its last position; the newest stays. @returns False where it stays or there is none. */
  remove(last: number): boolean;
  /** Entries that hold a position after `after` and end at or before `until`, oldest first, at most `limit`. */
  slice(after: number, until: number, limit: number): LogEntry[];
  /**
   * Rewrites entries of a slice, as `slice` gives it. Positions and times stay; a hash of what stood there before is
   * kept, so that a copy elsewhere can be distinguished from it.
   *
   * @param rewrite Answers with what is left of an entry, or undefined where it stays as it is.
   */
  redact(
    range: { after: number; until: number; limit: number },
    rewrite: (entry: LogEntry) => Pick<NewLogEntry, 'head' | 'body'> | undefined,
  ): RedactedSlice;
}
