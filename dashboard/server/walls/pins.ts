import { DashboardError } from '../../errors.ts';
import { hashPassword, verifyPassword } from '../password.ts';
import { type BackoffLimits, createSignInBackoff } from '../sign-in-backoff.ts';
import type { DashboardDatabase } from '../tables.ts';

/** The digits by which staff say at a wall who acts. */
export interface Pins {
  /** Sets a person's PIN. @throws {DashboardError} `DASHBOARD_PIN_WEAK`. */
  set(person: string, pin: string): Promise<void>;
  has(person: string): Promise<boolean>;
  /** People of a set who have one. */
  amongst(people: readonly string[]): Promise<Set<string>>;
  /**
   * Whether it is that person's PIN; the time it takes does not tell whether they have one.
   *
   * @throws {DashboardError} `DASHBOARD_TOO_MANY_SIGN_INS` with the time to wait.
   */
  check(wall: string, person: string, pin: string): Promise<boolean>;
}

/** A minute at most: at one guess a minute six digits hold for years, and a guard must not be locked out at night. */
export const pinLimits: BackoffLimits = { free: 5, firstWaitMs: 2000, maxWaitMs: 60_000 };

/** Creates the PINs over `registry.db`. */
export async function createPins(db: DashboardDatabase, now: () => number): Promise<Pins> {
  const byPerson = createSignInBackoff(pinLimits, now);
  const byWall = createSignInBackoff({ ...pinLimits, free: 20 }, now);
  const nobody = await hashPassword(crypto.randomUUID());

  return {
    set: async (person, pin) => {
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
        .values({ person, ...row })
        .onConflict((conflict) => conflict.column('person').doUpdateSet(row))
        .execute();
    },
    has: async (person) => {
      const row = await db.selectFrom('pin').select('person').where('person', '=', person).executeTakeFirst();
      return row !== undefined;
    },
    amongst: async (people) => {
      if (people.length === 0) return new Set();
      const rows = await db.selectFrom('pin').select('person').where('person', 'in', people).execute();
      return new Set(rows.map(({ person }) => person));
    },
    check: async (wall, person, pin) => {
      const waitMs = byWall.begin(wall) || byPerson.begin(person);
      if (waitMs > 0) {
        const retryAfterS = Math.ceil(waitMs / 1000);
        throw new DashboardError(
          'DASHBOARD_TOO_MANY_SIGN_INS',
          `too many wrong PINs; try again in ${retryAfterS} s`,
          { retryAfterS },
        );
      }
      const row = await db.selectFrom('pin').select('hash').where('person', '=', person).executeTakeFirst();
      const isRight = (await verifyPassword(pin, row?.hash ?? nobody)) && row !== undefined;
      if (isRight) {
        byPerson.succeeded(person, 'all');
        byWall.succeeded(wall, 'this-attempt');
      }
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
