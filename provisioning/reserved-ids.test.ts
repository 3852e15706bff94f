import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createValidator } from '#contracts/validate.ts';
import { CommunityPlan } from '#registry/community-plan.ts';
import { setSecret } from '#registry/credentials.ts';
import { openRegistryTables } from '#registry/open-registry.ts';
import { migrateAll, provisionCommunity, registryFile, renewGatewaySecret } from './prepare.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reserved-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

interface Outcome {
  code: number;
  told: string;
}

async function provision(...words: string[]): Promise<Outcome> {
  try {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [join(import.meta.dirname, 'provision.ts'), ...words],
      { env: { ...process.env, SHOUWANG_DATA_DIR: folder } },
    );
    return { code: 0, told: stdout };
  } catch (error) {
    const { code, stderr } = error as { code: number; stderr: string };
    return { code, told: stderr };
  }
}

const plan: CommunityPlan = {
  community: { id: 'c1', nameZh: '小区', nameEn: 'Community' },
  grids: [],
  buildings: [],
  residents: [],
  gateways: [{ id: 'gw1', name: '网关' }],
  devices: [{ id: 'd1', gateway: 'gw1', address: 'watch-3g:1', class: 'watch', name: '手表' }],
  people: [],
};

async function credentials() {
  const db = openRegistryTables(registryFile(folder));
  const rows = await db.selectFrom('credential').selectAll().orderBy('username').execute();
  await db.destroy();
  return rows;
}

test("a new secret for `service ingest` does not take the place of the ingest service's", async () => {
  await provision('services');
  const before = await credentials();
  expect(before.map(({ username }) => username)).toContain('service.ingest');
  expect(await provision('gateway', 'service', 'ingest')).toMatchObject({ code: 1 });
  expect(await credentials()).toEqual(before);
});

test('a gateway the registry does not have gets no secret, and those it has are named', async () => {
  migrateAll(folder);
  await provisionCommunity(folder, plan);
  const before = await credentials();
  const asked = renewGatewaySecret(folder, { community: 'c1', gateway: 'gw2' });
  await expect(asked).rejects.toThrow('no gateway gw2 in c1; there are: c1 gw1');
  expect(await credentials()).toEqual(before);
  await renewGatewaySecret(folder, { community: 'c1', gateway: 'gw1' });
  expect((await credentials())[0]?.secret_hash).not.toBe(before[0]?.secret_hash);
});

test.each([
  ['community service', { community: { ...plan.community, id: 'service' } }, '/community/id'],
  ['community metrics', { community: { ...plan.community, id: 'metrics' } }, '/community/id'],
  ['gateway warning', { gateways: [{ id: 'warning', name: '网关' }], devices: [] }, '/gateways/0/id'],
  ['device unknown', { devices: [{ ...plan.devices[0], id: 'unknown' }] }, '/devices/0/id'],
])("a plan cannot take an id of the platform's own: %s", (_name, changed, path) => {
  const check = createValidator(CommunityPlan);
  expect(check(plan)).toMatchObject({ ok: true });
  expect(check({ ...plan, ...changed })).toMatchObject({ ok: false, path });
});

test("a secret set for a gateway leaves another identity's credential of that user name alone", async () => {
  migrateAll(folder);
  await provisionCommunity(folder, plan);
  const db = openRegistryTables(registryFile(folder));
  await db.updateTable('credential').set({ gateway: 'gw9' }).where('username', '=', 'c1.gw1').execute();
  const asked = setSecret(db, { kind: 'gateway', community: 'c1', gateway: 'gw1' }, 'x');
  await expect(asked).rejects.toThrow("c1.gw1 is another's");
  await db.destroy();
});

test('a word that every object knows is no subcommand', async () => {
  const { code, told } = await provision('constructor');
  expect({ code, told }).toMatchObject({ code: 2, told: expect.stringContaining('unknown: constructor') });
});
