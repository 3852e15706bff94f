import { type BackoffLimits, createGuessBackoff, type Undo } from '#runtime/guess-backoff.ts';
import type { GuessStore } from '#runtime/guess-store.ts';
import { DashboardError } from '../../errors.ts';
import type { DashboardDatabase } from '../tables.ts';
import { hashOfNobody, hashPassword, signInRanks, verifyPassword } from './password.ts';
import type { PersonOfCommunity } from './rights.ts';
import { tooManyGuesses } from './sign-in.ts';

/** The digits by which staff say at a wall who acts. */
export interface Pins {
  /** Sets a person's PIN. @throws {DashboardError} `DASHBOARD_PIN_WEAK`. */
  set(who: PersonOfCommunity, pin: string): Promise<void>;
  has(who: PersonOfCommunity): Promise<boolean>;
  /** People of a community who have one, by id. */
  ofCommunity(community: string): Promise<Set<string>>;
  /**
   * Whether it is that person's PIN; the time it takes does not tell whether they have one.
   *
   * @throws {DashboardError} `DASHBOARD_TOO_MANY_SIGN_INS` with the time to wait.
   */
  check(wall: string, who: PersonOfCommunity, pin: string): Promise<boolean>;
}

/**
 * Wrong PINs of a person at a wall. 20 s at most: an alarm may sound while a passer-by plays with the pad. At one guess
 * in 20 s six digits hold for months in a room where somebody sits, and each wrong one is told.
 */
export const pinLimits: BackoffLimits = { free: 5, firstWaitMs: 2000, maxWaitMs: 20_000 };
/** Wrong PINs at a wall, whoever's: they slow only people whose own PIN was typed wrong there. */
const wallLimits: BackoffLimits = { ...pinLimits, free: 20 };

/** Creates the PINs over `registry.db`. */
export function createPins(
  db: DashboardDatabase,
  { store, now }: { store: GuessStore; now: () => number },
): Pins {
  const backoff = createGuessBackoff(store, now);
  const nobody = hashOfNobody();

  const hashOf = async ({ community, person }: PersonOfCommunity): Promise<string | undefined> => {
    const row = await db
      .selectFrom('pin')
      .select('hash')
      .where('community', '=', community)
      .where('person', '=', person)
      .executeTakeFirst();
    return row?.hash;
  };

  return {
    set: async ({ community, person }, pin) => {
      if (isTrivial(pin)) {
        throw new DashboardError(
          'DASHBOARD_PIN_WEAK',
          'a PIN is six digits that are not one digit, a run like 123456, or a repeated pair or half',
          { path: '/pin' },
        );
      }
      const row = { hash: await hashPassword(pin), set_at: now() };
      await db
        .insertInto('pin')
        .values({ community, person, ...row })
        .onConflict((conflict) => conflict.columns(['community', 'person']).doUpdateSet(row))
        .execute();
    },
    has: async (who) => (await hashOf(who)) !== undefined,
    ofCommunity: async (community) => {
      const rows = await db.selectFrom('pin').select('person').where('community', '=', community).execute();
      return new Set(rows.map(({ person }) => person));
    },
    check: async (wall, who, pin) => {
      // Wrong PINs at one wall lock nobody out at another.
      const ofPerson = `pin ${wall} ${who.community}/${who.person}`;
      const ofWall = `pin ${wall}`;
      const { waitMs } = await backoff.begin([
        { key: ofPerson, limits: pinLimits },
        { key: ofWall, limits: wallLimits, onlyWith: ofPerson },
      ]);
      if (waitMs > 0) throw tooManyGuesses('PINs', waitMs);
      const undo = (what: Undo) => backoff.undo({ [ofPerson]: what, [ofWall]: 'this-attempt' });
      const hash = await hashOf(who);
      const turn = { rank: signInRanks.known, owner: wall };
      const isEqual = await verifyPassword(pin, hash ?? nobody, turn).catch(async (error) => {
        await undo('this-attempt');
        throw error;
      });
      const isRight = isEqual && hash !== undefined;
      if (isRight) await undo('all');
      return isRight;
    },
  };
}

/** One digit, a run up or down, or a part repeated: what is guessed first. */
export function isTrivial(pin: string): boolean {
  const steps = [...pin].slice(1).map((digit, index) => Number(digit) - Number(pin[index]));
  const isRun = steps.every((step) => step === steps[0]) && Math.abs(steps[0] ?? 0) <= 1;
  return isRun || /^(\d\d)\1\1$/.test(pin) || /^(\d{3})\1$/.test(pin);
}
