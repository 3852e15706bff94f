import type { SignIn } from '#contracts/rest.ts';
import { DashboardError } from '../errors.ts';
import { findAccount, normalizeLogin } from './accounts.ts';
import { hashPassword, verifyPassword } from './password.ts';
import { addressLimits, createSignInBackoff, loginLimits } from './sign-in-backoff.ts';
import type { DashboardDatabase } from './tables.ts';

/**
 * Checks a login and password.
 *
 * @returns The account, undefined where either is wrong: which of them is not told, nor does the time tell.
 * @throws {DashboardError} `DASHBOARD_TOO_MANY_SIGN_INS` with the time to wait.
 */
export type SignInCheck = (
  given: SignIn,
  address: string,
) => Promise<{ login: string; person: string } | undefined>;

/** Creates the check, with its back-off per address and per login. */
export async function createSignInCheck(db: DashboardDatabase, now: () => number): Promise<SignInCheck> {
  const byAddress = createSignInBackoff(addressLimits, now);
  const byLogin = createSignInBackoff(loginLimits, now);
  // An unknown login costs the same hash as a known one.
  const nobody = await hashPassword(crypto.randomUUID());

  const admit = (login: string, address: string) => {
    const waitMs = byAddress.begin(address) || byLogin.begin(login);
    if (waitMs === 0) return;
    const retryAfterS = Math.ceil(waitMs / 1000);
    throw new DashboardError(
      'DASHBOARD_TOO_MANY_SIGN_INS',
      `too many failed sign-ins; try again in ${retryAfterS} s`,
      { retryAfterS },
    );
  };

  return async (given, address) => {
    const login = normalizeLogin(given.login);
    admit(login, address);
    const account = await findAccount(db, login);
    const isRight = await verifyPassword(given.password, account?.password_hash ?? nobody);
    if (!isRight || !account) return undefined;
    byLogin.succeeded(login, 'all');
    byAddress.succeeded(address, 'this-attempt');
    return { login: account.login, person: account.person };
  };
}
