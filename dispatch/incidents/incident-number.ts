import type { Kysely } from 'kysely';
import { defaultTimezone, timezoneOf } from '#contracts/facts/timezone.ts';
import { createCompiledQuery } from '#runtime/compiled-query.ts';
import { dayOf } from '#runtime/local-days.ts';
import type { IncidentTransaction } from '../storage/incident-database.ts';
import type { DispatchTables } from '../storage/tables.ts';

const countUp = createCompiledQuery((db: Kysely<DispatchTables>, input: { community: string; day: string }) =>
  db
    .insertInto('day_counter')
    .values({ community: input.community, day: input.day, last: 1 })
    .onConflict((conflict) =>
      conflict.columns(['community', 'day']).doUpdateSet((eb) => ({ last: eb('day_counter.last', '+', 1) })),
    )
    .returning('last'),
);

/**
 * Takes the next number of a community's day, e.g. `20261124-007`; grows beyond 999.
 *
 * @param at Epoch ms; its day in the community's timezone counts.
 */
export async function nextIncidentNumber(
  transaction: IncidentTransaction,
  community: string,
  at: number,
): Promise<string> {
  const timezone = timezoneOf(transaction.registry.of(community)?.community);
  const day = dayIn(timezone, at);
  const { rows } = await countUp(transaction.trx, { community, day });
  const last = rows[0]?.last ?? 0;
  return `${day}-${String(last).padStart(3, '0')}`;
}

/** The day of an instant in a timezone as `yyyymmdd`; an unknown timezone counts as the default. */
export function dayIn(timezone: string, at: number): string {
  return dayOrDefault(timezone, at).replaceAll('-', '');
}

function dayOrDefault(timezone: string, at: number): string {
  try {
    return dayOf(timezone, at);
  } catch {
    return dayOf(defaultTimezone, at);
  }
}
