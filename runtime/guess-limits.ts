import { type BackoffKey, type BackoffLimits, createGuessBackoff, type Undo } from './guess-backoff.ts';
import type { GuessStore } from './guess-store.ts';

/** Who guesses: by their network, and, where they proved once who they are, by what they are known as. */
export interface Guesser {
  /** `networkOf` their address. */
  network: string;
  /** A browser or address that was right before; it has an allowance of its own. */
  known?: string | undefined;
}

/** One guess that may be checked, or the time until the next one may. */
export type Guess =
  | { isAllowed: false; waitMs: number }
  | {
      isAllowed: true;
      /** Takes it back, because it was right. */
      succeeded(): Promise<void>;
      /** Takes it back, because it could not be checked. */
      unchecked(): Promise<void>;
      /** True where this network failed before, so that others go first. */
      failedBefore: boolean;
    };

/** How fast each kind of guesser is slowed. */
export interface GuessLimitOptions {
  /** Of a known browser or address, for one target. */
  known: BackoffLimits;
  /** Of one network of unknown browsers, for one target. */
  stranger: BackoffLimits;
  /** Of one network of unknown browsers, over all targets. */
  network: BackoffLimits;
  /** Of all unknown browsers together, for one target. */
  allStrangers: BackoffLimits;
}

/** Limits guesses so that those of unknown browsers never delay a known one. */
export interface GuessLimits {
  /**
   * Counts a guess before it is checked; one that has to wait counts nowhere.
   *
   * @param target What is guessed: a login, a code.
   */
  begin(target: string, who: Guesser): Promise<Guess>;
}

/** A network may be a whole duty room, so it has more free attempts than a login. */
export const networkLimits: BackoffLimits = { free: 20, firstWaitMs: 2000, maxWaitMs: 900_000 };
/** Few typing mistakes are free; at one guess in 30 s a password of 12 characters holds. */
export const accountLimits: BackoffLimits = { free: 5, firstWaitMs: 1000, maxWaitMs: 30_000 };

/** Creates the limits over a store, in which they are kept apart from others by a name. */
export function createGuessLimits(
  name: string,
  limits: GuessLimitOptions,
  { store, now }: { store: GuessStore; now: () => number },
): GuessLimits {
  const backoff = createGuessBackoff(store, now);

  const begin = async (keys: readonly BackoffKey[], own: string): Promise<Guess> => {
    const { waitMs, before } = await backoff.begin(keys);
    if (!before) return { isAllowed: false, waitMs };
    const undo = (ofOwn: Undo) =>
      backoff.undo(
        Object.fromEntries(keys.map(({ key }) => [key, key === own ? ofOwn : ('this-attempt' as const)])),
      );
    return {
      isAllowed: true,
      failedBefore: keys.length > 1 && (before[0] ?? 0) > 0,
      succeeded: () => undo('all'),
      unchecked: () => undo('this-attempt'),
    };
  };

  return {
    begin: (target, { network, known }) => {
      if (known !== undefined) {
        const own = `${name} known ${known} ${target}`;
        return begin([{ key: own, limits: limits.known }], own);
      }
      const own = `${name} stranger ${network} ${target}`;
      const keys = [
        { key: `${name} network ${network}`, limits: limits.network },
        { key: own, limits: limits.stranger },
        { key: `${name} all ${target}`, limits: limits.allStrangers },
      ];
      return begin(keys, own);
    },
  };
}
