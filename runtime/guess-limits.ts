import { type BackoffLimits, createGuessBackoff, type TakenBack } from './guess-backoff.ts';

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
      succeeded(): void;
      /** Takes it back, because it could not be checked. */
      unchecked(): void;
      /** True where this network failed before, so that others go first. */
      failedBefore: boolean;
    };

/** How fast each kind of guesser is slowed. */
export interface GuessLimitOptions {
  /** Of a known browser or address, for one target. */
  known: BackoffLimits;
  /** Of one network of strangers, for one target. */
  stranger: BackoffLimits;
  /** Of one network of strangers, over all targets. */
  network: BackoffLimits;
  /** Of all strangers together, for one target. */
  allStrangers: BackoffLimits;
}

/** Bounds guesses so that no stranger's can be felt by whoever is known. */
export interface GuessLimits {
  /**
   * Counts a guess before it is checked; one that has to wait counts nowhere.
   *
   * @param target What is guessed: a login, a code.
   */
  begin(target: string, who: Guesser): Guess;
}

/** A network may stand for a whole duty room, so it has more free attempts than a login. */
export const networkLimits: BackoffLimits = { free: 20, firstWaitMs: 2000, maxWaitMs: 900_000 };
/** Few typing mistakes are free; at one guess in 30 s a password of 12 characters holds. */
export const accountLimits: BackoffLimits = { free: 5, firstWaitMs: 1000, maxWaitMs: 30_000 };

/** Creates the limits, in memory: the audit log remembers failures over a restart, waiting does not. */
export function createGuessLimits(limits: GuessLimitOptions, now: () => number): GuessLimits {
  const known = createGuessBackoff(limits.known, now);
  const stranger = createGuessBackoff(limits.stranger, now);
  const network = createGuessBackoff(limits.network, now);
  const allStrangers = createGuessBackoff(limits.allStrangers, now);

  return {
    begin: (target, who) => {
      if (who.known !== undefined) {
        const key = `${who.known} ${target}`;
        const waitMs = known.begin(key);
        if (waitMs > 0) return { isAllowed: false, waitMs };
        return {
          isAllowed: true,
          failedBefore: false,
          succeeded: () => known.takeBack(key, 'all'),
          unchecked: () => known.takeBack(key, 'this-attempt'),
        };
      }
      const key = `${who.network} ${target}`;
      const waitMs = Math.max(network.waitMs(who.network), stranger.waitMs(key), allStrangers.waitMs(target));
      if (waitMs > 0) return { isAllowed: false, waitMs };
      network.begin(who.network);
      stranger.begin(key);
      allStrangers.begin(target);
      const takeBack = (ofStranger: TakenBack) => {
        network.takeBack(who.network, 'this-attempt');
        stranger.takeBack(key, ofStranger);
        allStrangers.takeBack(target, 'this-attempt');
      };
      return {
        isAllowed: true,
        failedBefore: network.count(who.network) > 1,
        succeeded: () => takeBack('all'),
        unchecked: () => takeBack('this-attempt'),
      };
    },
  };
}
