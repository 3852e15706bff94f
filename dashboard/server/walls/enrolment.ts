import { DashboardError } from '../../errors.ts';
import type { WallFacts } from '../session-store.ts';
import { addressLimits, type BackoffLimits, createSignInBackoff } from '../sign-in-backoff.ts';
import type { WallCodes } from './wall-codes.ts';

/** However many addresses guess: 8 digits within 10 min are then safe, and a manager waits 5 s at most. */
export const everybodyLimits: BackoffLimits = { free: 100, firstWaitMs: 1000, maxWaitMs: 5000 };

/**
 * Makes a wall of a code typed at a screen; undefined where the code is wrong, used or too old.
 *
 * @throws {DashboardError} `DASHBOARD_TOO_MANY_SIGN_INS` with the time to wait.
 */
export type Enrol = (code: string, address: string) => Promise<WallFacts | undefined>;

/** Creates the enrolment, with its back-off per address and over all of them. */
export function createEnrolment(codes: WallCodes, now: () => number): Enrol {
  const byAddress = createSignInBackoff(addressLimits, now);
  const overall = createSignInBackoff(everybodyLimits, now);

  return async (code, address) => {
    const waitMs = byAddress.begin(address) || overall.begin('');
    if (waitMs > 0) {
      const retryAfterS = Math.ceil(waitMs / 1000);
      throw new DashboardError(
        'DASHBOARD_TOO_MANY_SIGN_INS',
        `too many wrong codes; try again in ${retryAfterS} s`,
        { retryAfterS },
      );
    }
    const wall = await codes.redeem(code);
    if (!wall) return undefined;
    byAddress.succeeded(address, 'this-attempt');
    overall.succeeded('', 'this-attempt');
    return wall;
  };
}
