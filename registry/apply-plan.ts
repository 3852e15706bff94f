import type { Kysely, Transaction } from 'kysely';
import { inTransaction } from '#runtime/kysely-sqlite.ts';
import type { CommunityPlan } from './community-plan.ts';
import { gatewayUsername } from './credentials.ts';
import { endPerson } from './end-person.ts';
import { RegistryError } from './errors.ts';
import { compareRows, nameOfRow, type PlanChanges, type RowChange } from './plan-changes.ts';
import { keyColumns, type PlanRow, type PlanTable, planTables, rowsOfPlan, storedRows } from './plan-rows.ts';
import { isRemovalPart } from './removals.ts';
import type { RegistryTables } from './tables.ts';

type Writer = Transaction<RegistryTables>;

/** Computes what a plan would change; writes nothing. @throws {RegistryError} `REGISTRY_PLAN_CONFLICT`. */
export async function comparePlan(
  db: Kysely<RegistryTables>,
  plan: CommunityPlan,
  { remove = false } = {},
): Promise<PlanChanges> {
  const stored = await storedRows(db, plan.community.id);
  const changes = compareRows(stored, rowsOfPlan(plan));
  if (!remove) refuseTakenAddresses(changes);
  return changes;
}

/**
 * Writes a community plan into the registry in one transaction: the caller's, or one of its own. It touches that
 * community only. Only differences are written, so a plan applied again changes nothing.
 *
 * What the plan leaves out stays, except rights of a person it names: only the plan gives those. With `remove`, what is
 * left out goes: people are ended, gateways lose their credential, devices, places, residents and consents are deleted.
 *
 * @param options `by`: the machine's user, recorded with what is removed.
 * @returns What was changed.
 * @throws {RegistryError} `REGISTRY_PLAN_CONFLICT` where an address belongs to a device that the plan leaves out.
 */
export async function applyPlan(
  db: Kysely<RegistryTables>,
  plan: CommunityPlan,
  { remove = false, by = 'provisioning' } = {},
): Promise<PlanChanges> {
  return inTransaction(db, async (trx) => {
    const changes = await comparePlan(trx, plan, { remove });
    const leaving = remove ? changes.leftOut : [];
    // Nothing refers to these, and the plan may give their addresses to others.
    for (const change of [...changes.withdrawn, ...leaving]) {
      if (isReferredTo(change.table)) continue;
      await deleteRow(trx, change, by);
    }
    for (const change of changes.changed) {
      if (change.fields?.some(({ column }) => column === 'address')) await parkAddress(trx, change.row);
    }
    for (const { table, row } of inOrder([...changes.added, ...changes.changed]))
      await upsert(trx, table, row);
    for (const change of inOrder(leaving).toReversed()) {
      if (change.table === 'person')
        await endPerson(trx, { community: plan.community.id, person: String(change.row.id) });
      else if (isReferredTo(change.table)) await deleteRow(trx, change, by);
    }
    return changes;
  });
}

/** Tables whose rows others refer to. */
function isReferredTo(table: PlanTable): boolean {
  return table !== 'device' && table !== 'person_right' && table !== 'consent';
}

/** Orders rows so that each follows the rows it refers to. */
function inOrder(changes: readonly RowChange[]): RowChange[] {
  return changes.toSorted((a, b) => planTables.indexOf(a.table) - planTables.indexOf(b.table));
}

/** A device that the plan leaves out keeps its address, so no other device may have it. */
function refuseTakenAddresses({ added, changed, leftOut }: PlanChanges): void {
  const kept = new Map(
    leftOut.flatMap((change) => (change.table === 'device' ? [[change.row.address, change] as const] : [])),
  );
  const taken = [...added, ...changed].flatMap(({ table, row }) => {
    const owner = table === 'device' ? kept.get(row.address) : undefined;
    return owner
      ? [
          `device ${row.id} wants the address of ${nameOfRow(owner)}, which the plan leaves out and the registry holds`,
        ]
      : [];
  });
  if (taken.length === 0) return;
  const words = [...taken, 'name that device in the plan, or take out all that it leaves out with --remove'];
  throw new RegistryError('REGISTRY_PLAN_CONFLICT', words.join('\n'));
}

/** No two devices have an address at once: exchanged addresses are cleared before they are set. */
async function parkAddress(db: Writer, { community, id }: PlanRow): Promise<void> {
  await db
    .updateTable('device')
    .set({ address: `parked ${id}` })
    .where('community', '=', String(community))
    .where('id', '=', String(id))
    .execute();
}

async function deleteRow(db: Writer, { table, row }: RowChange, by: string): Promise<void> {
  let deletion = db.deleteFrom(table);
  for (const column of keyColumns(table))
    deletion = deletion.where(column as never, '=', row[column] as never);
  await deletion.execute();
  if (isRemovalPart(table)) {
    const taken = { community: String(row.community), part: table, id: String(row.id), at: Date.now(), by };
    await db.replaceInto('taken_out').values(taken).execute();
  }
  if (table !== 'gateway') return;
  const username = gatewayUsername(String(row.community), String(row.id));
  await db.deleteFrom('credential').where('username', '=', username).execute();
}

async function upsert(db: Writer, table: PlanTable, row: PlanRow): Promise<void> {
  const key = keyColumns(table);
  const rest = Object.fromEntries(Object.entries(row).filter(([column]) => !key.includes(column)));
  await db
    .insertInto(table)
    .values(row as never)
    .onConflict((conflict) => {
      const on = conflict.columns(key as never);
      return Object.keys(rest).length > 0 ? on.doUpdateSet(rest as never) : on.doNothing();
    })
    .execute();
}
