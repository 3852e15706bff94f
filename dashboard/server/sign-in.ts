import type { SignIn } from '#contracts/rest.ts';
import { DashboardError } from '../errors.ts';
import { findAccount, normalizeLogin } from './accounts.ts';
import { hashPassword, verifyPassword } from './password.ts';
import { addressLimits, createSignInBackoff, loginLimits } from './sign-in-backoff.ts';
import type { DashboardDatabase } from './tables.ts';

/** What a check found: `account` is that of the login, where there is one, right or not. */
export interface CheckedSignIn {
  isRight: boolean;
  account?: { login: string; person: string };
}

/**
 * Checks a login and password; the time it takes does not tell which of them is wrong.
 *
 * @throws {DashboardError} `DASHBOARD_TOO_MANY_SIGN_INS` with the time to wait.
 */
export type SignInCheck = (given: SignIn, address: string) => Promise<CheckedSignIn>;

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
    const found = await findAccount(db, login);
    const isRight = await verifyPassword(given.password, found?.password_hash ?? nobody);
    const account = found && { login: found.login, person: found.person };
    if (!isRight || !account) return { isRight: false, account };
    byLogin.succeeded(login, 'all');
    byAddress.succeeded(address, 'this-attempt');
    return { isRight, account };
  };
}
