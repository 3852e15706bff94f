import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { comparePlan } from '#registry/apply-plan.ts';
import type { CommunityPlan } from '#registry/community-plan.ts';
import { exportPlan } from '#registry/export-plan.ts';
import { openRegistryTables, readRegistryTables } from '#registry/open-registry.ts';
import { readPlan } from '#registry/read-plan.ts';
import { requireCommunityFits } from '../folder-purpose.ts';
import { migrateAll, provisionCommunity, registryFile } from '../prepare.ts';
import { auditProvisioning } from '../provisioning-audit.ts';
import { changeLines } from './change-lines.ts';
import { type Command, withRegistry } from './command.ts';
import { requireCommunity } from './known-rows.ts';

/** Reads the file of a plan. @throws where it cannot be read, or with all its faults. */
export function readPlanFile(file: string): CommunityPlan {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (cause) {
    throw new Error(`the plan ${file} cannot be read: ${cause instanceof Error ? cause.message : cause}`, {
      cause,
    });
  }
  return readPlan(bytes, file);
}

const community: Command = {
  name: 'community',
  words: ['plan.json'],
  options: { 'dry-run': 'flag', remove: 'flag' },
  summary:
    'write a community plan, tell what it changed, and print the secrets of new gateways once. --dry-run: tell it, and write nothing. --remove: end what the plan leaves out',
  run: async ({ words, options }, { dataDir, print }) => {
    const plan = readPlanFile(words['plan.json'] ?? '');
    const remove = options.remove === true;
    requireCommunityFits(dataDir, plan.community.id);
    if (options['dry-run'] === true) {
      const changes = await compareAsItStands(dataDir, plan, remove);
      for (const line of changeLines(plan, changes, { remove })) print(line);
      print('nothing was written');
      return;
    }
    migrateAll(dataDir);
    const { changes, newSecrets } = await provisionCommunity(dataDir, plan, { remove });
    for (const line of changeLines(plan, changes, { remove })) print(line);
    for (const [username, secret] of Object.entries(newSecrets)) print(`${username}  ${secret}`);
  },
};

/** Compares without writing: creates no folder and migrates nothing. */
async function compareAsItStands(dataDir: string, plan: CommunityPlan, remove: boolean) {
  const file = registryFile(dataDir);
  const db = existsSync(file) ? readRegistryTables(file) : openRegistryTables(':memory:');
  try {
    return await comparePlan(db, plan, { remove });
  } finally {
    await db.destroy();
  }
}

const exported: Command = {
  name: 'plan export',
  words: ['community', '[file]'],
  summary: 'what the registry holds of a community, as a plan; applied again it changes nothing',
  run: ({ words: { community: id = '', file } }, context) =>
    withRegistry(context, async (db) => {
      await requireCommunity(db, id);
      await auditProvisioning(db, { action: 'plan.export', community: id, objects: [id] });
      const text = `${JSON.stringify(await exportPlan(db, id), null, 2)}\n`;
      if (file === undefined) return context.print(text.trimEnd());
      // It has people and telephone numbers: readable by its owner only.
      writeFileSync(file, text, { mode: 0o600 });
      context.print(`wrote ${file}`);
    }),
};

/** Commands about whole communities. */
export const communityCommands: readonly Command[] = [community, exported];
