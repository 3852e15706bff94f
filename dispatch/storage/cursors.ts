import type { Kysely } from 'kysely';
import { columnsOf, createCompiledQuery } from '#runtime/compiled-query.ts';
import type { IncidentDatabase, IncidentTransaction } from './incident-database.ts';
import type { DispatchTables } from './tables.ts';

/** Position up to which a log was read, as committed with what was made of it; 0 before the first. */
export async function readCursor(database: Pick<IncidentDatabase, 'db'>, name: string): Promise<number> {
  const row = await database.db
    .selectFrom('cursor')
    .select('position')
    .where('name', '=', name)
    .executeTakeFirst();
  return row?.position ?? 0;
}

const upsertCursor = createCompiledQuery(
  (db: Kysely<DispatchTables>, row: { name: string; position: number }) =>
    db
      .insertInto('cursor')
      .values(columnsOf(row, ['name', 'position']))
      .onConflict((conflict) =>
        conflict.column('name').doUpdateSet(({ ref }) => ({ position: ref('excluded.position') })),
      ),
);

/** Moves a cursor, in the transaction that applies the entries before it. */
export async function moveCursor(
  { trx }: IncidentTransaction,
  name: string,
  position: number,
): Promise<void> {
  await upsertCursor(trx, { name, position });
}
