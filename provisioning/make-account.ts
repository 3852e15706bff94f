import type { Kysely } from 'kysely';
import {
  createAccount,
  linkAccount,
  type NewAccount,
  normalizeLogin,
  peopleOfAccount,
  setPassword,
} from '#dashboard/server/identity/accounts.ts';
import type { DashboardTables } from '#dashboard/server/tables.ts';
import type { RegistryTables } from '#registry/tables.ts';
import { auditProvisioning } from './provisioning-audit.ts';

/** Creates an account as `createAccount` does, and records it in the audit log. */
export function makeAccount(db: Kysely<RegistryTables>, account: NewAccount): Promise<void> {
  const { community, person, login } = account;
  return db.transaction().execute(async (trx) => {
    await createAccount(trx, account);
    const objects = [`${normalizeLogin(login)}/${person}`];
    await auditProvisioning(trx, { action: 'account.make', community, objects });
  });
}

/** Links an account to a person of another community as `linkAccount` does, and records it in the audit log. */
export function makeLink(db: Kysely<RegistryTables>, account: Omit<NewAccount, 'password'>): Promise<void> {
  const { community, person, login } = account;
  return db.transaction().execute(async (trx) => {
    await linkAccount(trx, account);
    const objects = [`${normalizeLogin(login)}/${person}`];
    await auditProvisioning(trx, { action: 'account.link', community, objects });
  });
}

/** Sets a password as `setPassword` does, and records it in the audit log of each community of the account. */
export function changePassword(db: Kysely<RegistryTables>, login: string, password: string): Promise<void> {
  return db.transaction().execute(async (trx) => {
    await setPassword(trx, login, password);
    for (const { community, person } of await peopleOfAccount(trx.$extendTables<DashboardTables>(), login)) {
      const objects = [`${normalizeLogin(login)}/${person}`];
      await auditProvisioning(trx, { action: 'account.password', community, objects });
    }
  });
}
