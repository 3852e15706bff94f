import { userInfo } from 'node:os';
import type { Kysely } from 'kysely';
import { type AuditAction, createAudit } from '#dashboard/server/audit/audit.ts';
import type { DashboardTables } from '#dashboard/server/tables.ts';
import type { PlanChanges, RowChange } from '#registry/plan-changes.ts';
import type { PlanTable } from '#registry/plan-rows.ts';
import type { RegistryTables } from '#registry/tables.ts';

/** An act on the machine, and the ids of what it changed; a line each. */
export interface ProvisioningAction {
  action: AuditAction;
  /** Absent where it is about the platform itself. */
  community?: string;
  objects: readonly string[];
}

/** The machine's user who runs this; `provisioning` where the system has no name for them. */
export function machineUser(): string {
  try {
    return userInfo().username;
  } catch {
    return 'provisioning';
  }
}

/**
 * Writes what was done on the machine to the audit log, within the transaction in which it was done: neither stands without
 * the other.
 */
export async function auditProvisioning(
  db: Kysely<RegistryTables>,
  { action, community, objects }: ProvisioningAction,
): Promise<void> {
  const audit = createAudit(db.$extendTables<DashboardTables>(), Date.now);
  const address = `provisioning:${machineUser()}`;
  for (const object of objects)
    await audit.append({ action, object, address, outcome: 'done', ...(community && { community }) });
}

/** Tables of people, and of what they may do and see. */
const ofPeople: readonly PlanTable[] = ['resident', 'person', 'person_right', 'consent'];

/** Writes that a plan was applied, whom it gave what, and what it took out; nothing where it changed nothing. */
export async function auditPlan(
  db: Kysely<RegistryTables>,
  community: string,
  { changes, remove }: { changes: PlanChanges; remove: boolean },
): Promise<void> {
  const given = [...changes.added, ...changes.changed];
  const taken = [...changes.withdrawn, ...(remove ? changes.leftOut : [])];
  if (given.length + taken.length === 0) return;
  await auditProvisioning(db, { action: 'plan.apply', community, objects: [community] });
  const people = given.filter(({ table }) => ofPeople.includes(table)).map(objectOf);
  await auditProvisioning(db, { action: 'plan.give', community, objects: people });
  await auditProvisioning(db, { action: 'plan.take', community, objects: taken.map(objectOf) });
}

/** Names a row by ids alone. */
function objectOf({ table, row }: RowChange): string {
  const { id, resident, person, role, scope, classes } = row;
  const parts: Partial<Record<PlanTable, (typeof id)[]>> = {
    person_right: [person ?? '', role ?? '', scope ?? ''],
    consent: [resident ?? '', person ?? '', classes ?? ''],
  };
  return [table, ...(parts[table] ?? [id])].filter((part) => part !== '').join('/');
}
