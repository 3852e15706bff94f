import { type Attempts, forgetAfterMs, type GuessStore, maxGuessKeys } from '#runtime/guess-store.ts';
import type { DashboardDatabase } from '../tables.ts';

/** Writes between two looks for what is to be forgotten. */
const writesBetween = 100;

/**
 * Creates a store of guesses over `registry.db`, so that what is guessed at one dashboard makes wait at every other, and
 * after a restart. At most `maxGuessKeys` stay, and what each dashboard wrote since it last looked.
 */
export function createGuessStore(db: DashboardDatabase, now: () => number): GuessStore {
  let writes = 0;
  return {
    change: (keys, step) =>
      db.transaction().execute(async (trx) => {
        const rows = await trx.selectFrom('guess').selectAll().where('key', 'in', keys).execute();
        const known = rows.map(({ key, count, last_at }): [string, Attempts] => [
          key,
          { count, lastAt: last_at },
        ]);
        const { result, write = {} } = step(new Map(known));
        for (const [key, attempts] of Object.entries(write)) {
          if (!attempts) {
            await trx.deleteFrom('guess').where('key', '=', key).execute();
            continue;
          }
          const row = { count: attempts.count, last_at: attempts.lastAt };
          await trx
            .insertInto('guess')
            .values({ key, ...row })
            .onConflict((conflict) => conflict.column('key').doUpdateSet(row))
            .execute();
          writes += 1;
        }
        if (writes >= writesBetween) {
          writes = 0;
          await forget(trx, now());
        }
        return result;
      }),
  };
}

/** Forgets what is old, and beyond the most keys those longest without an attempt. */
async function forget(db: DashboardDatabase, now: number): Promise<void> {
  const beyond = await db
    .selectFrom('guess')
    .select('last_at')
    .orderBy('last_at', 'desc')
    .limit(1)
    .offset(maxGuessKeys)
    .executeTakeFirst();
  const until = Math.max(now - forgetAfterMs, beyond?.last_at ?? 0);
  await db.deleteFrom('guess').where('last_at', '<=', until).execute();
}
