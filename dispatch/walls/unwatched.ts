import type { Kysely } from 'kysely';
import { createCompiledQuery } from '#runtime/compiled-query.ts';
import type { IncidentTransaction } from '../storage/incident-database.ts';
import type { DispatchTables, WallWatchRow } from '../storage/tables.ts';

/** True while nobody is at the walls of a community. */
export async function isUnwatched(transaction: IncidentTransaction, community: string): Promise<boolean> {
  const row = await findWallWatch(transaction, community);
  return row !== undefined && row.incident !== null;
}

const selectRow = createCompiledQuery((db: Kysely<DispatchTables>, input: { community: string }) =>
  db.selectFrom('wall_watch').selectAll().where('community', '=', input.community),
);

/** The last report of a community's walls. */
export async function findWallWatch(
  { trx }: IncidentTransaction,
  community: string,
): Promise<WallWatchRow | undefined> {
  return (await selectRow(trx, { community })).rows[0];
}
