import { type Attempts, forgetAfterMs, type GuessStore } from './guess-store.ts';

/** How fast waiting grows; times in ms. */
export interface BackoffLimits {
  /** Attempts without a wait. */
  free: number;
  firstWaitMs: number;
  maxWaitMs: number;
}

/** A key whose attempts make it wait, and by which limits. */
export interface BackoffKey {
  key: string;
  limits: BackoffLimits;
  /** It delays only those who have failed at this other key too. */
  onlyWith?: string;
}

/** Which of a key's attempts are undone. */
export type Undo = 'all' | 'this-attempt';

/** An attempt that may be checked, or the time until the next one may. */
export type Attempt =
  | { waitMs: number; before?: undefined }
  /** `before` are the attempts of each key before this one. */
  | { waitMs: 0; before: number[] };

/** Makes the sender of guesses wait longer with every failure. */
export interface GuessBackoff {
  /**
   * Counts an attempt at every key before it is checked, so that many at once do not pass together, whichever process
   * they are at. One that has to wait at any of them counts at none.
   */
  begin(keys: readonly BackoffKey[]): Promise<Attempt>;
  /** Undoes an attempt that was right or could not be checked, or all attempts of a key. */
  undo(attempts: Readonly<Record<string, Undo>>): Promise<void>;
}

/** Creates a back-off over a store. */
export function createGuessBackoff(store: GuessStore, now: () => number): GuessBackoff {
  const countOf = (known: Attempts | undefined) =>
    known && now() - known.lastAt < forgetAfterMs ? known.count : 0;
  const waitOf = (known: Attempts | undefined, limits: BackoffLimits) => {
    const wait = waitAfter(countOf(known), limits);
    // A clock that was set back makes nobody wait for longer.
    return Math.max(0, Math.min(wait, (known?.lastAt ?? 0) + wait - now()));
  };
  return {
    begin: (keys) =>
      store.change<Attempt>(
        keys.map(({ key }) => key),
        (known) => {
          const waits = keys.map(({ key, limits, onlyWith }) =>
            onlyWith !== undefined && countOf(known.get(onlyWith)) === 0 ? 0 : waitOf(known.get(key), limits),
          );
          const waitMs = Math.max(...waits);
          if (waitMs > 0) return { result: { waitMs } };
          const before = keys.map(({ key }) => countOf(known.get(key)));
          const counted = keys.map(({ key }, index) => {
            return [key, { count: (before[index] ?? 0) + 1, lastAt: now() }] as const;
          });
          return { result: { waitMs: 0, before }, write: Object.fromEntries(counted) };
        },
      ),
    undo: (attempts) =>
      store.change(Object.keys(attempts), (known) => {
        const left = [...known].map(([key, { count, lastAt }]) => {
          const isOver = attempts[key] === 'all' || count <= 1;
          return [key, isOver ? undefined : { count: count - 1, lastAt }] as const;
        });
        return { result: undefined, write: Object.fromEntries(left) };
      }),
  };
}

function waitAfter(count: number, { free, firstWaitMs, maxWaitMs }: BackoffLimits): number {
  return count < free ? 0 : Math.min(maxWaitMs, firstWaitMs * 2 ** (count - free));
}
