import { createBoundedMap } from './bounded-map.ts';

/** Attempts of a key that were not right, those being checked among them. */
export interface Attempts {
  count: number;
  /** Epoch ms of the last one. */
  lastAt: number;
}

/** What a step makes of the attempts of some keys. */
export interface GuessStep<T> {
  result: T;
  /** Attempts to remember from now on, by key; undefined forgets them. Other keys stay as they are. */
  write?: Readonly<Record<string, Attempts | undefined>>;
}

/** Where attempts are remembered: in memory, or in a table that several processes share. */
export interface GuessStore {
  /** Runs a step on the attempts of some keys; no other step on them runs in between. */
  change<T>(
    keys: readonly string[],
    step: (known: ReadonlyMap<string, Attempts>) => GuessStep<T>,
  ): Promise<T>;
}

/** Attempts are forgotten after this long without another, in ms. */
export const forgetAfterMs = 3_600_000;
/** Keys remembered; beyond, the one longest without an attempt goes first. */
export const maxGuessKeys = 40_000;

/** Creates a store in memory, for one process that has no table. */
export function createMemoryGuessStore(): GuessStore {
  const attempts = createBoundedMap<string, Attempts>(maxGuessKeys);
  return {
    change: async (keys, step) => {
      const known = keys.flatMap((key) => {
        const of = attempts.get(key);
        return of ? [[key, of] as const] : [];
      });
      const { result, write = {} } = step(new Map(known));
      for (const [key, of] of Object.entries(write)) {
        if (of) attempts.set(key, of);
        else attempts.delete(key);
      }
      return result;
    },
  };
}
