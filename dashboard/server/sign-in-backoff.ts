/** Makes whoever guesses wait longer with every failure. */
export interface SignInBackoff {
  /**
   * Counts an attempt of a key before it is checked, so that many at once do not pass together.
   *
   * @returns 0 where it may be checked, else milliseconds until the next one may; a refused one is not counted.
   */
  begin(key: string): number;
  /** Takes back the attempt of a sign-in that was right. */
  succeeded(key: string, forget: 'all' | 'this-attempt'): void;
}

/** How fast waiting grows; times in ms. */
export interface BackoffLimits {
  /** Attempts that need not wait. */
  free: number;
  firstWaitMs: number;
  maxWaitMs: number;
}

/**
 * A login's wait stays short: whoever locks a guard out of the wall by wrong guesses does harm too, and at
 * one guess in 30 s a password of 12 characters is safe.
 */
export const loginLimits: BackoffLimits = { free: 5, firstWaitMs: 1000, maxWaitMs: 30_000 };

/** An address may stand for a whole duty room, so it has more free attempts. */
export const addressLimits: BackoffLimits = { free: 20, firstWaitMs: 2000, maxWaitMs: 900_000 };

/** Failures are forgotten after this long without another. */
const forgetAfterMs = 3_600_000;
/** Keys remembered; the one longest without an attempt goes first. */
const maxKeys = 10_000;

/** Creates a back-off in memory: the audit log remembers failures over a restart, waiting does not. */
export function createSignInBackoff(limits: BackoffLimits, now: () => number): SignInBackoff {
  const attempts = new Map<string, { count: number; lastAt: number }>();

  const waitAfter = (count: number) =>
    count < limits.free ? 0 : Math.min(limits.maxWaitMs, limits.firstWaitMs * 2 ** (count - limits.free));

  return {
    begin: (key) => {
      const at = now();
      const known = attempts.get(key);
      const current = known && at - known.lastAt < forgetAfterMs ? known : { count: 0, lastAt: at };
      const waitMs = current.lastAt + waitAfter(current.count) - at;
      if (current.count > 0 && waitMs > 0) return waitMs;
      attempts.delete(key);
      attempts.set(key, { count: current.count + 1, lastAt: at });
      if (attempts.size > maxKeys) attempts.delete(attempts.keys().next().value as string);
      return 0;
    },
    succeeded: (key, forget) => {
      const known = attempts.get(key);
      if (!known) return;
      if (forget === 'all' || known.count === 1) attempts.delete(key);
      else known.count--;
    },
  };
}
