import { userInfo } from 'node:os';
import type { Kysely } from 'kysely';
import { type AuditAction, createAudit } from '#dashboard/server/audit/audit.ts';
import type { DashboardTables } from '#dashboard/server/tables.ts';
import type { PlanChanges, RowChange } from '#registry/plan-changes.ts';
import type { PlanTable } from '#registry/plan-rows.ts';
import type { RegistryTables } from '#registry/tables.ts';

/** An action on the machine with the ids of what it changed; one audit entry. */
export interface ProvisioningAction {
  action: AuditAction;
  /** Absent where it concerns the platform itself. */
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
 * Writes an action on the machine to the audit log, within the transaction of the action: there is never one without the
 * other.
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

/** Tables of people, rights and consents. */
const ofPeople: readonly PlanTable[] = ['resident', 'person', 'person_right', 'consent'];

/** Records that a plan was applied: what it granted to whom, and what it removed; nothing where nothing changed. */
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

/** Names a row by its ids only. */
function objectOf({ table, row }: RowChange): string {
  const { id, resident, person, role, scope, classes } = row;
  const parts: Partial<Record<PlanTable, (typeof id)[]>> = {
    person_right: [person ?? '', role ?? '', scope ?? ''],
    consent: [resident ?? '', person ?? '', classes ?? ''],
  };
  return [table, ...(parts[table] ?? [id])].filter((part) => part !== '').join('/');
}
