import type { Logger } from './log.ts';

/** A log for what anybody outside can cause: a key's first line at once, its further ones as a count. */
export interface LimitedLog {
  /**
   * Logs at level `warn`, at most once per key and interval.
   *
   * @param key What the lines have in common, e.g. the network and the reason; chosen by the caller, so that a
   * stranger who changes one word does not get a new line.
   */
  warn(key: string, fields: Record<string, unknown>, message: string): void;
  /** The same at level `info`, for what is no trouble but can be caused as often. */
  info(key: string, fields: Record<string, unknown>, message: string): void;
  /** The same at level `error`: somebody must act. */
  error(key: string, fields: Record<string, unknown>, message: string): void;
  /** Logs the pending counts, and stops. */
  close(): void;
}

/** Bounds of a limited log. */
export interface LimitedLogOptions {
  log: Logger;
  /** Shortest time between two lines of a key, and of all keys beyond `maxKeys`, in ms. */
  intervalMs?: number;
  /** Keys with a line of their own in an interval; of all others each level and message has one, and a count. */
  maxKeys?: number;
  /** Monotonic ms. */
  now?: () => number;
}

/**
 * Creates a log whose size does not depend on traffic from outside: at most `maxKeys` lines an interval at once, one more for
 * each message and its level, and as many that count what was left out, as `repeated`.
 */
export function createLimitedLog(options: LimitedLogOptions): LimitedLog {
  const { log, intervalMs = 60_000, maxKeys = 100, now = () => performance.now() } = options;
  interface LimitedLine {
    level: 'info' | 'warn' | 'error';
    fields: Record<string, unknown>;
    message: string;
    repeated: number;
  }
  let intervalEnds = Number.NEGATIVE_INFINITY;
  const written = new Map<string, LimitedLine>();

  const writeCounts = () => {
    for (const { level, fields, message, repeated } of written.values()) {
      if (repeated > 0) log[level]({ ...fields, repeated }, message);
    }
    written.clear();
  };
  const timer = setInterval(() => {
    if (now() >= intervalEnds) writeCounts();
  }, intervalMs);
  timer.unref();

  const write = (
    level: LimitedLine['level'],
    key: string,
    fields: LimitedLine['fields'],
    message: string,
  ) => {
    if (now() >= intervalEnds) {
      writeCounts();
      intervalEnds = now() + intervalMs;
    }
    const of = written.has(key) || written.size < maxKeys ? key : `others ${level} ${message}`;
    const known = written.get(of);
    if (known) {
      known.repeated += 1;
      return;
    }
    written.set(of, { level, fields: of === key ? fields : {}, message, repeated: 0 });
    log[level](fields, message);
  };
  return {
    warn: (key, fields, message) => write('warn', key, fields, message),
    info: (key, fields, message) => write('info', key, fields, message),
    error: (key, fields, message) => write('error', key, fields, message),
    close: () => {
      clearInterval(timer);
      writeCounts();
    },
  };
}
