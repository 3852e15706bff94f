import type { SignIn } from '#contracts/rest.ts';
import type { DeviceCookies } from '#runtime/device-cookies.ts';
import type { BackoffLimits } from '#runtime/guess-backoff.ts';
import { accountLimits, createGuessLimits, networkLimits } from '#runtime/guess-limits.ts';
import type { GuessStore } from '#runtime/guess-store.ts';
import { networkOf } from '#runtime/network-of.ts';
import { DashboardError } from '../../errors.ts';
import type { DashboardDatabase } from '../tables.ts';
import { findAccount, normalizeLogin } from './accounts.ts';
import type { KnownNetworks } from './known-networks.ts';
import { hashOfNobody, signInRanks, verifyPassword } from './password.ts';

/** What a check found: `account` is that of the login, where there is one, right or not. */
export interface CheckedSignIn {
  isRight: boolean;
  account?: { login: string };
}

/** From where somebody signs in. */
export interface SignInPlace {
  address: string;
  /** The browser's cookie, as it came. */
  browser?: string | undefined;
  /** Hash of the session, where they are signed in already and prove it once more. */
  session?: string | undefined;
}

/**
 * Checks a login and password; the time it takes does not tell which of them is wrong.
 *
 * @throws {DashboardError} `DASHBOARD_TOO_MANY_SIGN_INS` with the time to wait.
 */
export type SignInCheck = (given: SignIn, place: SignInPlace) => Promise<CheckedSignIn>;

/** All strangers together, of one account: beyond, it is one guess in 30 s however many networks they have. */
const allStrangersLimits: BackoffLimits = { ...accountLimits, free: 30 };

/**
 * Creates the check. Who signed in to the account before with this browser, or from this address, has an allowance
 * of their own, which no stranger's guesses touch.
 */
export function createSignInCheck(
  db: DashboardDatabase,
  known: { browsers: DeviceCookies; networks: KnownNetworks },
  guesses: { store: GuessStore; now: () => number },
): SignInCheck {
  const limits = createGuessLimits(
    'sign-in',
    {
      known: accountLimits,
      stranger: accountLimits,
      network: networkLimits,
      allStrangers: allStrangersLimits,
    },
    guesses,
  );
  // An unknown login costs the same hash as a known one.
  const nobody = hashOfNobody();

  const knownAs = async (login: string, network: string, { browser, session }: SignInPlace) => {
    if (session !== undefined) return `session ${session}`;
    const id = known.browsers.browserOf(browser, login);
    if (id !== undefined) return `browser ${id}`;
    return (await known.networks.has(login, network)) ? `network ${network}` : undefined;
  };

  return async (given, place) => {
    const login = normalizeLogin(given.login);
    const network = networkOf(place.address);
    const as = await knownAs(login, network, place);
    const guess = await limits.begin(login, { network, known: as });
    if (!guess.isAllowed) throw tooManyGuesses('sign-ins', guess.waitMs);
    const found = await findAccount(db, login);
    const rank = as !== undefined ? 'known' : guess.failedBefore ? 'failed' : 'fresh';
    const turn = { rank: signInRanks[rank], owner: as ?? network };
    const isRight = await verifyPassword(given.password, found?.password_hash ?? nobody, turn).catch(
      async (error) => {
        await guess.unchecked();
        throw error;
      },
    );
    const account = found && { login: found.login };
    if (!isRight || !account) return { isRight: false, account };
    await guess.succeeded();
    await known.networks.add(login, network);
    return { isRight, account };
  };
}

/** The refusal of whoever guessed too often. */
export function tooManyGuesses(what: 'sign-ins' | 'codes' | 'PINs', waitMs: number): DashboardError {
  const retryAfterS = Math.ceil(waitMs / 1000);
  return new DashboardError(
    'DASHBOARD_TOO_MANY_SIGN_INS',
    `too many wrong ${what}; try again in ${retryAfterS} s`,
    { retryAfterS },
  );
}
