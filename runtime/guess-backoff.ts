import { createBoundedMap } from './bounded-map.ts';

/** Makes whoever guesses wait longer with every failure. */
export interface GuessBackoff {
  /** Milliseconds until an attempt of a key may be checked, 0 where it may now; counts nothing. */
  waitMs(key: string): number;
  /**
   * Counts an attempt of a key before it is checked, so that many at once do not pass together.
   *
   * @returns 0 where it may be checked, else milliseconds until the next one may; a refused one is not counted.
   */
  begin(key: string): number;
  /** Takes back an attempt that was right or could not be checked, or with it all before. */
  takeBack(key: string, taken: TakenBack): void;
  /** Attempts of a key that were not right, those being checked among them. */
  count(key: string): number;
}

/** What of a key's attempts is forgotten. */
export type TakenBack = 'all' | 'this-attempt';

/** How fast waiting grows; times in ms. */
export interface BackoffLimits {
  /** Attempts that need not wait. */
  free: number;
  firstWaitMs: number;
  maxWaitMs: number;
}

/** Failures are forgotten after this long without another. */
const forgetAfterMs = 3_600_000;
/** Keys remembered; the one longest without an attempt goes first. */
const maxKeys = 10_000;

/** Creates a back-off in memory: the audit log remembers failures over a restart, waiting does not. */
export function createGuessBackoff(limits: BackoffLimits, now: () => number): GuessBackoff {
  const attempts = createBoundedMap<string, { count: number; lastAt: number }>(maxKeys);

  const waitAfter = (count: number) =>
    count < limits.free ? 0 : Math.min(limits.maxWaitMs, limits.firstWaitMs * 2 ** (count - limits.free));

  const currentOf = (key: string) => {
    const known = attempts.get(key);
    return known && now() - known.lastAt < forgetAfterMs ? known : { count: 0, lastAt: now() };
  };
  const waitMs = (key: string) => {
    const { count, lastAt } = currentOf(key);
    return count === 0 ? 0 : Math.max(0, lastAt + waitAfter(count) - now());
  };
  return {
    waitMs,
    count: (key) => currentOf(key).count,
    begin: (key) => {
      const wait = waitMs(key);
      if (wait === 0) attempts.set(key, { count: currentOf(key).count + 1, lastAt: now() });
      return wait;
    },
    takeBack: (key, taken) => {
      const known = attempts.get(key);
      if (!known) return;
      if (taken === 'all' || known.count === 1) attempts.delete(key);
      else known.count--;
    },
  };
}
