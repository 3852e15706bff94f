import type { BackoffLimits } from '#runtime/guess-backoff.ts';
import { accountLimits, createGuessLimits, type Guesser, networkLimits } from '#runtime/guess-limits.ts';
import type { WallFacts } from '../session-store.ts';
import { tooManyGuesses } from '../sign-in.ts';
import type { WallCodes } from './wall-codes.ts';

/** However many strangers guess: 8 digits within 10 min are then safe. */
export const strangerCodeLimits: BackoffLimits = { free: 100, firstWaitMs: 1000, maxWaitMs: 5000 };

/**
 * Makes a wall of a code typed at a screen; undefined where the code is wrong, used or too old.
 *
 * @param who Known where somebody signed in before with this browser, or from this address.
 * @throws {DashboardError} `DASHBOARD_TOO_MANY_SIGN_INS` with the time to wait.
 */
export type Enrol = (code: string, who: Guesser) => Promise<WallFacts | undefined>;

/** Creates the enrolment. Strangers' guesses slow strangers alone: a browser or address that is known has its own. */
export function createEnrolment(codes: WallCodes, now: () => number): Enrol {
  const limits = createGuessLimits(
    {
      known: accountLimits,
      stranger: networkLimits,
      network: networkLimits,
      allStrangers: strangerCodeLimits,
    },
    now,
  );
  return async (code, who) => {
    const guess = limits.begin('code', who);
    if (!guess.isAllowed) throw tooManyGuesses('codes', guess.waitMs);
    const wall = await codes.redeem(code);
    if (wall) guess.succeeded();
    return wall;
  };
}
