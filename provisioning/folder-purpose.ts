import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Static, Type } from 'typebox';
import { CommunityId, GatewayId } from '#contracts/facts/identifiers.ts';
import { objectOf } from '#contracts/schema.ts';
import { createValidator } from '#contracts/validate.ts';
import { openSqlite } from '#runtime/sqlite.ts';
import { createDemoPlan, demoCommunity } from '#simulators/community.ts';

/** Stored in a folder started with `--community`: its community, and the gateways whose agents run on this machine. */
export const Installation = objectOf({
  community: CommunityId,
  /** Of wired and nearby devices; runs every protocol where it is the only one. */
  site: Type.Optional(GatewayId),
  /** Of devices on the mobile network. */
  hosted: Type.Optional(GatewayId),
});
export type Installation = Static<typeof Installation>;

/** The purpose of a data folder. */
export type FolderPurpose =
  | { kind: 'empty' }
  | { kind: 'demo' }
  | { kind: 'own'; installation: Installation }
  /** Filled by `provision`, never started by `npm start`. */
  | { kind: 'provisioned'; communities: string[] };

const validate = createValidator(Installation);
const installationFile = (dataDir: string) => join(dataDir, 'installation.json');

/** Reads the purpose of a folder from its contents; a demo of an earlier version is recognized by its account. */
export function readFolderPurpose(dataDir: string): FolderPurpose {
  const file = installationFile(dataDir);
  if (existsSync(file)) {
    const checked = validate(JSON.parse(readFileSync(file, 'utf8')));
    if (!checked.ok) throw new Error(`${file}: ${checked.path} ${checked.expected}`);
    return { kind: 'own', installation: checked.value };
  }
  const secrets = join(dataDir, 'secrets.json');
  if (existsSync(secrets) && JSON.parse(readFileSync(secrets, 'utf8')).demo) return { kind: 'demo' };
  const communities = communitiesIn(join(dataDir, 'registry.db'));
  if (communities.length === 0) return { kind: 'empty' };
  // A demo that ended in its first seconds has no account yet.
  const [first] = communities;
  const isDemo = communities.length === 1 && first?.id === demoCommunity && first.name === demoName();
  return isDemo ? { kind: 'demo' } : { kind: 'provisioned', communities: communities.map(({ id }) => id) };
}

/** Stores the community of the folder. */
export function rememberInstallation(dataDir: string, installation: Installation): void {
  writeFileSync(installationFile(dataDir), `${JSON.stringify(installation, null, 2)}\n`, { mode: 0o600 });
}

/** @throws where the folder is not the demo's, with what to do. */
export function requireDemoFolder(dataDir: string): void {
  const purpose = readFolderPurpose(dataDir);
  if (purpose.kind === 'empty' || purpose.kind === 'demo') return;
  const whose = purpose.kind === 'own' ? [purpose.installation.community] : purpose.communities;
  throw new Error(`${dataDir} holds ${whose.join(', ')}, and is not the demo's folder; nothing was changed. To go on:
  npm start -- --community <plan.json>            runs your own community in it
  SHOUWANG_DATA_DIR=<another folder> npm start    runs the demo beside it`);
}

/** @throws where the folder is the demo's, with what to do. */
export function requireOwnFolder(dataDir: string): void {
  if (readFolderPurpose(dataDir).kind !== 'demo') return;
  throw new Error(`${dataDir} is the demo's folder; nothing was changed. To go on, give your community one of its own:
  SHOUWANG_DATA_DIR=<another folder> npm start -- --community <plan.json>`);
}

/** @throws where a plan would replace the demo's community in the demo's folder. */
export function requireCommunityFits(dataDir: string, community: string): void {
  if (community !== demoCommunity || readFolderPurpose(dataDir).kind !== 'demo') return;
  throw new Error(
    `${dataDir} is the demo's folder, where "${demoCommunity}" is the simulated community: give yours another id, or another SHOUWANG_DATA_DIR`,
  );
}

function demoName(): string {
  return createDemoPlan().community.nameZh;
}

/** Read without migration: the file may be of any version. */
function communitiesIn(file: string): { id: string; name: string }[] {
  if (!existsSync(file)) return [];
  const db = openSqlite(file, { readOnly: true });
  try {
    const hasTable = db
      .prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'community'")
      .get();
    const rows = hasTable ? db.prepare('SELECT id, name_zh FROM community ORDER BY rowid').all() : [];
    return rows.map(({ id, name_zh }) => ({ id: String(id), name: String(name_zh) }));
  } finally {
    db.close();
  }
}
