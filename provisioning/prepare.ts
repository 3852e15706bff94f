import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Kysely } from 'kysely';
import { dashboardMigrations } from '#dashboard/migrations.ts';
import { incidentMigrations } from '#dispatch/storage/migrations.ts';
import { journalMigrations } from '#ingest/journal/migrations.ts';
import { applyPlan } from '#registry/apply-plan.ts';
import type { CommunityPlan } from '#registry/community-plan.ts';
import {
  createSecret,
  gatewayUsername,
  hashSecret,
  type Identity,
  type Service,
  setSecret,
} from '#registry/credentials.ts';
import { registryMigrations } from '#registry/migrations.ts';
import { openRegistryTables } from '#registry/open-registry.ts';
import type { PlanChanges } from '#registry/plan-changes.ts';
import type { RegistryTables } from '#registry/tables.ts';
import { errorCode } from '#runtime/errors.ts';
import { type Migrations, migrate } from '#runtime/migrations.ts';
import { openSqlite } from '#runtime/sqlite.ts';
import { createDemoPlan, demoAccounts } from '#simulators/community.ts';
import { warningMigrations } from '#warning/migrations.ts';
import { requireDemoFolder } from './folder-purpose.ts';
import { makeAccount } from './make-account.ts';
import { auditPlan, auditProvisioning, machineUser } from './provisioning-audit.ts';
import { openSecrets, type Secrets } from './secrets.ts';

/** File of the registry, the accounts and the audit log. */
export function registryFile(dataDir: string): string {
  return join(dataDir, 'registry.db');
}

const databases: [file: string, part: string, migrations: Migrations][] = [
  ['registry.db', 'registry', registryMigrations],
  ['registry.db', 'dashboard', dashboardMigrations],
  ['journal.db', 'journal', journalMigrations],
  ['warning.db', 'warning', warningMigrations],
  ['incidents.db', 'dispatch', incidentMigrations],
];

/**
 * Migrates every database of a data folder; runs before any process starts, because a reader may open a file before its
 * writer does.
 *
 * @returns Number of migrations by part; parts without any are left out.
 */
export function migrateAll(dataDir: string): Record<string, number> {
  mkdirSync(dataDir, { recursive: true });
  const done: Record<string, number> = {};
  for (const [file, part, migrations] of databases) {
    const db = openSqlite(join(dataDir, file));
    const steps = migrate(db, part, migrations);
    if (steps > 0) done[part] = steps;
    db.close();
  }
  return done;
}

/**
 * Applies a community plan and creates a secret for each gateway that has none.
 *
 * @returns The changes of the plan, and the new secrets by user name.
 */
export async function provisionCommunity(
  dataDir: string,
  plan: CommunityPlan,
  { remove = false } = {},
): Promise<{ changes: PlanChanges; newSecrets: Record<string, string> }> {
  const db = openRegistryTables(registryFile(dataDir));
  try {
    const community = plan.community.id;
    const changes = await db.transaction().execute(async (trx) => {
      const applied = await applyPlan(trx, plan, { remove, by: machineUser() });
      await auditPlan(trx, community, { changes: applied, remove });
      return applied;
    });
    const newSecrets: Record<string, string> = {};
    for (const { id } of plan.gateways) {
      const username = gatewayUsername(community, id);
      const known = await db
        .selectFrom('credential')
        .select('username')
        .where('username', '=', username)
        .executeTakeFirst();
      if (known) continue;
      newSecrets[username] = createSecret();
      await setAuditedSecret(db, { kind: 'gateway', community, gateway: id }, newSecrets[username]);
    }
    return { changes, newSecrets };
  } finally {
    await db.destroy();
  }
}

/**
 * Gives a gateway of the registry a new secret.
 *
 * @throws {RangeError} where the registry has no such gateway, so that no credential is created for a mistyped name or
 * for a reserved one.
 */
export async function renewGatewaySecret(
  dataDir: string,
  { community, gateway }: { community: string; gateway: string },
): Promise<{ username: string; secret: string }> {
  const db = openRegistryTables(registryFile(dataDir));
  try {
    const known = await db.selectFrom('gateway').select(['community', 'id']).execute();
    if (!known.some((row) => row.community === community && row.id === gateway)) {
      const names = known.map((row) => `${row.community} ${row.id}`).join(', ');
      throw new RangeError(`no gateway ${gateway} in ${community}; there are: ${names || 'none'}`);
    }
    const secret = createSecret();
    const { username } = await setAuditedSecret(db, { kind: 'gateway', community, gateway }, secret);
    return { username, secret };
  } finally {
    await db.destroy();
  }
}

/** Sets a secret and records it in the audit log; an equal secret changes nothing. */
async function setAuditedSecret(
  db: Kysely<RegistryTables>,
  identity: Identity,
  secret: string,
): Promise<{ username: string }> {
  return db.transaction().execute(async (trx) => {
    const same = await trx
      .selectFrom('credential')
      .select('username')
      .where('secret_hash', '=', hashSecret(secret))
      .where('enabled', '=', 1)
      .executeTakeFirst();
    const set = await setSecret(trx, identity, secret);
    if (same?.username === set.username) return set;
    if (identity.kind === 'service')
      await auditProvisioning(trx, { action: 'service.secret', objects: [identity.service] });
    else {
      const { community, gateway } = identity;
      await auditProvisioning(trx, { action: 'gateway.secret', community, objects: [gateway] });
    }
    return set;
  });
}

/** Registers the secrets of this machine's services, so that they may sign in to the broker. */
export async function provisionServices(dataDir: string, secrets: Pick<Secrets, 'services'>): Promise<void> {
  const db = openRegistryTables(registryFile(dataDir));
  for (const [service, secret] of Object.entries(secrets.services)) {
    await setAuditedSecret(db, { kind: 'service', service: service as Service }, secret);
  }
  await db.destroy();
}

/**
 * Prepares a data folder for the demo: databases, community, secrets, and an account of each role, all with one password
 * generated for this machine.
 *
 * @throws where the folder has another community, with what to do.
 */
export async function prepareDemo(dataDir: string): Promise<Secrets> {
  requireDemoFolder(dataDir);
  migrateAll(dataDir);
  const secrets = openSecrets(dataDir);
  await provisionServices(dataDir, secrets);
  const plan = createDemoPlan();
  const { newSecrets } = await provisionCommunity(dataDir, plan);
  Object.assign(secrets.gateways, newSecrets);
  secrets.demo ??= { login: 'demo', password: randomBytes(9).toString('base64url') };
  secrets.save();
  await provisionAccounts(
    dataDir,
    { community: plan.community.id, accounts: demoAccounts },
    secrets.demo.password,
  );
  return secrets;
}

/** Creates the missing accounts, by person and login. */
async function provisionAccounts(
  dataDir: string,
  { community, accounts }: { community: string; accounts: Record<string, string> },
  password: string,
): Promise<void> {
  const db = openRegistryTables(registryFile(dataDir));
  try {
    for (const [login, person] of Object.entries(accounts)) {
      await makeAccount(db, { community, login, person, password }).catch((error) => {
        if (errorCode(error) !== 'DASHBOARD_LOGIN_TAKEN') throw error;
      });
    }
  } finally {
    await db.destroy();
  }
}
