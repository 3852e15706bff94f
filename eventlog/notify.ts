/**
 * Tells the followers of a log that it grew, as NOTIFY of PostgreSQL does: it carries nothing, it may come twice or never,
 * and a follower that misses it looks at its next interval.
 */
export interface LogNotifier {
  /** Never throws, and never waits for a follower. */
  notify(): void;
  close(): Promise<void>;
}

/** Hears of a log that it grew, as LISTEN of PostgreSQL does. */
export interface LogListener {
  close(): void;
}
