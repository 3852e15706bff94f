import { createHmac, randomInt } from 'node:crypto';
import type { WallCode } from '#contracts/wall.ts';
import type { BackoffLimits } from '#runtime/guess-backoff.ts';
import { accountLimits, createGuessLimits, type Guesser, networkLimits } from '#runtime/guess-limits.ts';
import type { GuessStore } from '#runtime/guess-store.ts';
import { DashboardError } from '../../errors.ts';
import type { WallFacts } from '../identity/session-store.ts';
import { tooManyGuesses } from '../identity/sign-in.ts';
import type { DashboardDatabase } from '../tables.ts';

/** Codes by which a screen becomes a wall. */
export interface WallCodes {
  /** Makes a code. @throws {DashboardError} `DASHBOARD_WALL_CODES_FULL`, `DASHBOARD_WALLS_FULL`. */
  make(asked: { community: string; name: string; by: string }): Promise<WallCode>;
  /** Makes a wall of a code that is open, which closes it; undefined for any other. */
  redeem(code: string): Promise<WallFacts | undefined>;
}

/** How long a code may be typed, ms. */
export const wallCodeMs = 600_000;
/** Codes of a community that may wait at once. */
export const maxOpenCodes = 5;
/** Walls of a community, codes that wait among them, so that an open code always makes one. */
export const maxWalls = 20;

/** Creates the codes over `registry.db`, hashed there with the secret of sessions. */
export function createWallCodes(db: DashboardDatabase, secret: string, now: () => number): WallCodes {
  const hashOf = (code: string) => createHmac('sha256', secret).update(`wall ${code}`).digest('base64url');

  return {
    make: async ({ community, name, by }) => {
      const code = String(randomInt(100_000_000)).padStart(8, '0');
      const expiresAt = now() + wallCodeMs;
      await db.transaction().execute(async (trx) => {
        await trx.deleteFrom('wall_code').where('expires_at', '<=', now()).execute();
        const open = await trx
          .selectFrom('wall_code')
          .select('code_hash')
          .where('community', '=', community)
          .execute();
        const walls = await trx
          .selectFrom('wall')
          .select('id')
          .where('community', '=', community)
          .where('revoked_at', 'is', null)
          .execute();
        if (open.length >= maxOpenCodes) {
          throw new DashboardError(
            'DASHBOARD_WALL_CODES_FULL',
            `${open.length} codes wait to be typed at a screen; use one, or wait until they expire`,
          );
        }
        if (open.length + walls.length >= maxWalls) {
          throw new DashboardError(
            'DASHBOARD_WALLS_FULL',
            `a community has at most ${maxWalls} walls, codes that wait among them; take one away first`,
          );
        }
        await trx
          .insertInto('wall_code')
          .values({ code_hash: hashOf(code), community, name, made_by: by, expires_at: expiresAt })
          .execute();
      });
      return { code, expiresAt };
    },

    redeem: (code) =>
      db.transaction().execute(async (trx) => {
        const known = await trx
          .deleteFrom('wall_code')
          .where('code_hash', '=', hashOf(code))
          .where('expires_at', '>', now())
          .returning(['community', 'name', 'made_by'])
          .executeTakeFirst();
        if (!known) return undefined;
        const { community, name, made_by } = known;
        const id = `wall-${crypto.randomUUID()}`;
        await trx
          .insertInto('wall')
          .values({ id, community, name, enrolled_by: made_by, enrolled_at: now() })
          .execute();
        return { id, community, name };
      }),
  };
}

/** However many strangers guess: 8 digits within 10 min are then safe. */
export const anonymousCodeLimits: BackoffLimits = { free: 100, firstWaitMs: 1000, maxWaitMs: 5000 };

/**
 * Makes a wall of a code typed at a screen; undefined where the code is wrong, used or too old.
 *
 * @param who Known where somebody signed in before with this browser, or from this address.
 * @throws {DashboardError} `DASHBOARD_TOO_MANY_SIGN_INS` with the time to wait.
 */
export type Enrol = (code: string, who: Guesser) => Promise<WallFacts | undefined>;

/** Creates the enrolment. Strangers' guesses slow strangers alone: a browser or address that is known has its own. */
export function createEnrolment(codes: WallCodes, guesses: { store: GuessStore; now: () => number }): Enrol {
  const limits = createGuessLimits(
    'code',
    {
      known: accountLimits,
      stranger: networkLimits,
      network: networkLimits,
      allStrangers: anonymousCodeLimits,
    },
    guesses,
  );
  return async (code, who) => {
    const guess = await limits.begin('code', who);
    if (!guess.isAllowed) throw tooManyGuesses('codes', guess.waitMs);
    const wall = await codes.redeem(code);
    if (wall) await guess.succeeded();
    return wall;
  };
}
