import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { CommunityPlan } from '#registry/community-plan.ts';
import { matchesSecret } from '#registry/credentials.ts';
import { readRegistry } from '#registry/open-registry.ts';
import { readPlan } from '#registry/read-plan.ts';
import { readFolderPurpose } from './folder-purpose.ts';
import { migrateAll, prepareDemo, provisionCommunity, registryFile } from './prepare.ts';
import { prepareOwnCommunity } from './prepare-own.ts';
import { readStartOptions } from './start-options.ts';

const file = resolve(import.meta.dirname, '../docs/community-plan.example.json');
const plan = readPlan(readFileSync(file), file);
let dataDir: string;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'prepare-'));
});
afterEach(() => rmSync(dataDir, { recursive: true }));

async function signsIn(username: string, secret: string | undefined): Promise<boolean> {
  const known = readRegistry(registryFile(dataDir)).findCredential(username);
  return matchesSecret(secret ?? '', known?.secret_hash ?? '');
}

test('the first start tells what is needed once, and the folder remembers the rest', async () => {
  const first = await prepareOwnCommunity(dataDir, { plan });
  expect(first).toMatchObject({
    installation: { community: 'riverside', site: 'gw-1', hosted: 'hosted-1' },
    account: { login: 'manager' },
    wallCode: { code: expect.stringMatching(/^\d{8}$/) },
    secretsOfOthers: {},
    isWithoutManager: false,
  });
  expect(await signsIn('riverside.gw-1', first.secrets.gateways['riverside.gw-1'])).toBe(true);

  const second = await prepareOwnCommunity(dataDir, {});
  expect(second).toMatchObject({
    installation: first.installation,
    secrets: { gateways: first.secrets.gateways },
  });
  for (const once of ['account', 'wallCode', 'changes']) expect(second).not.toHaveProperty(once);
});

test('a gateway that runs elsewhere has its secret told once, and keeps it', async () => {
  const first = await prepareOwnCommunity(dataDir, { plan, agents: ['hosted-1'] });
  expect(first.installation).toEqual({ community: 'riverside', site: 'hosted-1' });
  expect(Object.keys(first.secretsOfOthers)).toEqual(['riverside.gw-1']);
  const again = await prepareOwnCommunity(dataDir, { plan });
  expect(again).toMatchObject({ installation: first.installation, secretsOfOthers: {} });
  expect(await signsIn('riverside.gw-1', first.secretsOfOthers['riverside.gw-1'])).toBe(true);
});

test('the agent of a gateway that another machine runs is not thrown out, unless it is asked for by name', async () => {
  migrateAll(dataDir);
  const { newSecrets } = await provisionCommunity(dataDir, plan);
  const first = await prepareOwnCommunity(dataDir, { plan });
  expect(first.installation).toEqual({ community: 'riverside' });
  expect(await signsIn('riverside.gw-1', newSecrets['riverside.gw-1'])).toBe(true);
  const asked = await prepareOwnCommunity(dataDir, { plan, agents: ['gw-1'] });
  expect(asked.installation).toEqual({ community: 'riverside', site: 'gw-1' });
  expect(await signsIn('riverside.gw-1', asked.secrets.gateways['riverside.gw-1'])).toBe(true);
});

test('a second community in the folder has a manager of its own, and the agents stay those of the first', async () => {
  const first = await prepareOwnCommunity(dataDir, { plan });
  const hillside: CommunityPlan = {
    ...plan,
    community: { ...plan.community, id: 'hillside', nameZh: '山畔小区' },
  };
  const second = await prepareOwnCommunity(dataDir, { plan: hillside });
  expect(second.installation).toEqual(first.installation);
  expect(second.account?.login).toBe('manager.hillside');
  expect(Object.keys(second.secretsOfOthers)).toEqual(['hillside.gw-1', 'hillside.hosted-1']);
});

test('a plan without a manager says that nobody can sign in', async () => {
  const people = plan.people.filter(({ id }) => id !== 'manager');
  const prepared = await prepareOwnCommunity(dataDir, { plan: { ...plan, people } });
  expect(prepared.isWithoutManager).toBe(true);
  expect(prepared).not.toHaveProperty('account');
});

test("the demo's folder is refused, and nothing in it is changed", async () => {
  await prepareDemo(dataDir);
  await expect(prepareOwnCommunity(dataDir, { plan })).rejects.toThrow(/demo's folder; nothing was changed/);
  expect(readFolderPurpose(dataDir)).toEqual({ kind: 'demo' });
  await prepareDemo(dataDir);
});

test.each([
  [['--comunity', 'x.json'], /--comunity is unknown; did you mean --community\?\n\nnpm start/],
  [['--community'], /a value is missing\n\nnpm start/],
  [['--agents', 'gw-1'], /--agents goes with --community/],
  [['plan.json'], /plan\.json is unknown/],
])('npm start -- %j is refused with how it is typed', (args, words) => {
  expect(() => readStartOptions(args)).toThrow(words);
});

test('npm start takes a plan, and agents by name or none', () => {
  expect(readStartOptions([])).toEqual({});
  expect(readStartOptions(['--community', 'p.json', '--agents', 'gw-1, hosted-1'])).toEqual({
    community: 'p.json',
    agents: ['gw-1', 'hosted-1'],
  });
  expect(readStartOptions(['--community=p.json', '--agents', 'none'])).toEqual({
    community: 'p.json',
    agents: [],
  });
});
