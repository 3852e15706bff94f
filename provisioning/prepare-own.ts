import { findAccount } from '#dashboard/server/identity/accounts.ts';
import { openDashboardTables } from '#dashboard/server/tables.ts';
import { createWallCodes } from '#dashboard/server/walls/wall-codes.ts';
import type { CommunityPlan } from '#registry/community-plan.ts';
import { gatewayUsername } from '#registry/credentials.ts';
import type { PlanChanges } from '#registry/plan-changes.ts';
import { chooseAgents, type LocalAgents } from './choose-agents.ts';
import { makePassword } from './commands/person.ts';
import {
  type Installation,
  readFolderPurpose,
  rememberInstallation,
  requireOwnFolder,
} from './folder-purpose.ts';
import { makeAccount } from './make-account.ts';
import {
  migrateAll,
  provisionCommunity,
  provisionServices,
  registryFile,
  renewGatewaySecret,
} from './prepare.ts';
import { auditProvisioning } from './provisioning-audit.ts';
import { openSecrets, type Secrets } from './secrets.ts';

/** A folder prepared for one's own community, with what is shown only once. */
export interface PreparedCommunity {
  secrets: Secrets;
  installation: Installation;
  /** Changes of the plan; absent where it was not applied at this start. */
  changes?: PlanChanges;
  /** Secrets of gateways that run elsewhere, by user name; they cannot be read again. */
  secretsOfOthers: Record<string, string>;
  /** The account made for the first manager. */
  account?: { login: string; password: string };
  /** Code by which a screen becomes a wall; created with the first account. */
  wallCode?: { code: string; expiresAt: number };
  /** Nobody can sign in: there is no manager, and the plan has none. */
  isWithoutManager: boolean;
}

/**
 * Prepares a data folder for one's own community: databases, plan, secrets, and an account for the first manager where
 * no manager has one.
 *
 * @param options The plan, at the first start and whenever it changed; without it the folder must have one stored.
 * @throws where the folder is the demo's, or has no community stored.
 */
export async function prepareOwnCommunity(
  dataDir: string,
  { plan, agents }: { plan?: CommunityPlan; agents?: readonly string[] },
): Promise<PreparedCommunity> {
  requireOwnFolder(dataDir);
  const purpose = readFolderPurpose(dataDir);
  const remembered = purpose.kind === 'own' ? purpose.installation : undefined;
  if (!plan && !remembered)
    throw new Error(`${dataDir} remembers no community: npm start -- --community <plan.json>`);
  migrateAll(dataDir);
  const secrets = openSecrets(dataDir);
  await provisionServices(dataDir, secrets);
  const applied = plan && (await provisionCommunity(dataDir, plan));
  const isOfFirst =
    plan !== undefined && (remembered === undefined || remembered.community === plan.community.id);
  const installation: Installation =
    plan && isOfFirst
      ? { community: plan.community.id, ...agentsOf(plan, { agents, remembered }) }
      : (remembered as Installation);
  const secretsOfOthers = await shareSecrets(dataDir, secrets, {
    installation,
    made: applied?.newSecrets ?? {},
    isAsked: agents !== undefined,
  });
  secrets.save();
  rememberInstallation(dataDir, installation);
  return {
    secrets,
    installation,
    ...(applied && { changes: applied.changes }),
    secretsOfOthers,
    ...(await prepareFirstManager(dataDir, secrets, plan?.community.id ?? installation.community)),
  };
}

/** The gateways asked for, else those stored in the folder that the plan still has, else chosen by their devices. */
function agentsOf(
  plan: CommunityPlan,
  { agents, remembered }: { agents?: readonly string[]; remembered?: Installation },
): LocalAgents {
  if (agents || !remembered) return chooseAgents(plan, agents);
  const known = new Set(plan.gateways.map(({ id }) => id));
  const kept = [remembered.site, remembered.hosted].filter((id) => id !== undefined);
  return kept.every((id) => known.has(id))
    ? { site: remembered.site, hosted: remembered.hosted }
    : chooseAgents(plan);
}

/**
 * Stores the secrets of the agents on this machine and returns those of the others. A gateway whose earlier secret this
 * machine does not have runs elsewhere. Its agent would be disconnected, so it is started here only when asked for by
 * name.
 */
async function shareSecrets(
  dataDir: string,
  secrets: Secrets,
  {
    installation,
    made,
    isAsked,
  }: { installation: Installation; made: Record<string, string>; isAsked: boolean },
): Promise<Record<string, string>> {
  const others = { ...made };
  for (const place of ['site', 'hosted'] as const) {
    const gateway = installation[place];
    if (gateway === undefined) {
      delete installation[place];
      continue;
    }
    const { community } = installation;
    const username = gatewayUsername(community, gateway);
    const fresh = made[username];
    delete others[username];
    if (fresh !== undefined) secrets.gateways[username] = fresh;
    else if (secrets.gateways[username] === undefined) {
      if (isAsked)
        secrets.gateways[username] = (await renewGatewaySecret(dataDir, { community, gateway })).secret;
      else delete installation[place];
    }
  }
  return others;
}

async function prepareFirstManager(
  dataDir: string,
  secrets: Secrets,
  community: string,
): Promise<Pick<PreparedCommunity, 'account' | 'wallCode' | 'isWithoutManager'>> {
  const db = openDashboardTables(registryFile(dataDir));
  try {
    const managers = await db
      .selectFrom('person')
      .innerJoin('person_right', (join) =>
        join
          .onRef('person_right.community', '=', 'person.community')
          .onRef('person_right.person', '=', 'person.id'),
      )
      .leftJoin('account_person', (join) =>
        join
          .onRef('account_person.community', '=', 'person.community')
          .onRef('account_person.person', '=', 'person.id'),
      )
      .select(['person.id as person', 'account_person.login as login'])
      .where('person.community', '=', community)
      .where('person.enabled', '=', 1)
      .where('person_right.role', '=', 'manager')
      .where('person_right.scope', '=', '')
      .orderBy('person.rowid' as never)
      .execute();
    const [first] = managers;
    if (!first) return { isWithoutManager: true };
    if (managers.some(({ login }) => login !== null)) return { isWithoutManager: false };
    const login = (await findAccount(db, first.person)) ? `${first.person}.${community}` : first.person;
    const password = makePassword();
    await makeAccount(db, { community, person: first.person, login, password });
    const codes = createWallCodes(db, secrets.sessionSecret, Date.now);
    const wallCode = await codes.make({ community, name: '值守墙', by: first.person });
    await auditProvisioning(db, { action: 'wall.code', community, objects: ['walls'] });
    return { isWithoutManager: false, account: { login, password }, wallCode };
  } finally {
    await db.destroy();
  }
}
