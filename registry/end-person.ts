import type { Kysely } from 'kysely';
import type { RegistryTables } from './tables.ts';

/** A person of a community. */
export interface PersonId {
  community: string;
  person: string;
}

/**
 * Ends a person: they cannot sign in, lose every right and consent, and get no more incidents. Their row stays, so that
 * records still say who did what. Other parts notice it by `enabled`.
 *
 * @returns False where there is no such person.
 */
export async function endPerson(
  db: Kysely<RegistryTables>,
  { community, person }: PersonId,
): Promise<boolean> {
  for (const table of ['person_right', 'consent'] as const) {
    await db.deleteFrom(table).where('community', '=', community).where('person', '=', person).execute();
  }
  return setEnabled(db, { community, person }, 0);
}

/**
 * Restores an ended person without any right: rights come from the plan, applied again.
 *
 * @returns False where there is no such person.
 */
export function restorePerson(db: Kysely<RegistryTables>, person: PersonId): Promise<boolean> {
  return setEnabled(db, person, 1);
}

async function setEnabled(
  db: Kysely<RegistryTables>,
  { community, person }: PersonId,
  enabled: 0 | 1,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('person')
    .set({ enabled })
    .where('community', '=', community)
    .where('id', '=', person)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}
