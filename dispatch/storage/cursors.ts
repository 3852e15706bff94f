import type { Kysely } from 'kysely';
import { columnsOf, createCompiledQuery } from '#runtime/compiled-query.ts';
import type { IncidentDatabase, IncidentTransaction } from './incident-database.ts';
import { type DispatchTables, openIncidentTablesToRead } from './tables.ts';

/** Name of the cursor of the warning log. */
export const warningLogCursor = 'warning-log';

/** Position up to which a log was read, as committed with what was made of it; 0 before the first. */
export async function readCursor(database: Pick<IncidentDatabase, 'db'>, name: string): Promise<number> {
  const row = await database.db
    .selectFrom('cursor')
    .select('sequence')
    .where('name', '=', name)
    .executeTakeFirst();
  return row?.sequence ?? 0;
}

const upsertCursor = createCompiledQuery(
  (db: Kysely<DispatchTables>, row: { name: string; sequence: number }) =>
    db
      .insertInto('cursor')
      .values(columnsOf(row, ['name', 'sequence']))
      .onConflict((conflict) =>
        conflict.column('name').doUpdateSet(({ ref }) => ({ sequence: ref('excluded.sequence') })),
      ),
);

/** Moves a cursor, in the transaction that applies the entries before it. */
export async function moveCursor(
  { trx }: IncidentTransaction,
  name: string,
  sequence: number,
): Promise<void> {
  await upsertCursor(trx, { name, sequence });
}

/** How far dispatch has read the warning log, from its file alone. @throws where there is no such file or table. */
export async function readWarningLogCursor(file: string): Promise<number> {
  const db = openIncidentTablesToRead(file);
  try {
    return await readCursor({ db }, warningLogCursor);
  } finally {
    await db.destroy();
  }
}
