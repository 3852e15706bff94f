import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { silentLog } from '#runtime/log.ts';
import { applyPlan } from './apply-plan.ts';
import type { CommunityPlan } from './community-plan.ts';
import { createSecret, matchesSecret, setSecret } from './credentials.ts';
import { followRegistry, openRegistryTables, readRegistry } from './open-registry.ts';

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'registry-'));
  file = join(folder, 'registry.db');
});
afterEach(() => rmSync(folder, { recursive: true }));

const plan: CommunityPlan = {
  community: { id: 'c1', nameZh: '一号小区', nameEn: 'Community One' },
  grids: [{ id: 'g1', name: '第一网格' }],
  buildings: [
    {
      id: 'b3',
      name: '3栋',
      units: [
        {
          id: 'b3u2',
          name: '2单元',
          floors: [{ id: 'b3u2f5', name: '5', dwellings: [{ id: 'b3u2-501', door: '501', grid: 'g1' }] }],
        },
      ],
    },
  ],
  residents: [{ id: 'r1', dwelling: 'b3u2-501', livesAlone: true, inactivityMs: 43_200_000 }],
  gateways: [{ id: 'gw1', name: '网关' }],
  devices: [
    {
      id: 'd1',
      gateway: 'gw1',
      address: 'watch-3g:6907919734',
      class: 'watch',
      name: '手表',
      dwelling: 'b3u2-501',
      resident: 'r1',
    },
    {
      id: 'd2',
      gateway: 'gw1',
      address: 'gb26875:060504030201',
      class: 'fire-panel',
      name: '消防主机',
      building: 'b3',
    },
  ],
  people: [{ id: 'p1', name: '值班员', rights: [{ role: 'guard' }] }],
};

test('a plan read back names devices, places and rights', async () => {
  const db = openRegistryTables(file);
  await applyPlan(db, plan);
  const followed = await followRegistry({ file, log: silentLog() });
  const registry = followed.current();
  expect(registry.of('c1')?.findDevice('watch-3g:6907919734')).toMatchObject({
    id: 'd1',
    placeLabel: '3栋2单元501',
  });
  expect(registry.of('c1')?.findDevice('gb26875:060504030201/1.1.3.17')?.id).toBe('d2');
  expect(registry.of('c2')?.findDevice('watch-3g:6907919734')).toBeUndefined();
  expect(registry.of('c1')?.people.get('p1')?.rights).toEqual([{ role: 'guard', scope: '' }]);
  await followed.close();
  await db.destroy();
});

test('an unknown address that is one character longer than a known one is nobody’s', async () => {
  const db = openRegistryTables(file);
  await applyPlan(db, plan);
  const own = readRegistry(file).of('c1');
  expect(own?.findDevice('watch-3g:69079197341')).toBeUndefined();
  expect(own?.findDevice('watch-3g:6907919734/1')?.id).toBe('d1');
  await db.destroy();
});

test('applying a plan again changes what differs and doubles nothing', async () => {
  const db = openRegistryTables(file);
  await applyPlan(db, plan);
  await applyPlan(db, { ...plan, gateways: [{ id: 'gw1', name: '东门网关' }] });
  expect(await db.selectFrom('gateway').selectAll().execute()).toMatchObject([{ name: '东门网关' }]);
  await db.destroy();
});

test('a device given to somebody else knows since when; who keeps it, or never had another’s, has all it told', async () => {
  const db = openRegistryTables(file);
  await applyPlan(db, plan);
  const [first, second] = [plan.residents[0]!, { ...plan.residents[0]!, id: 'r-other' }];
  const give = async (resident: string | undefined) => {
    const devices = plan.devices.map((device) => (device.id === 'd1' ? { ...device, resident } : device));
    await applyPlan(db, { ...plan, residents: [first, second], devices });
    const found = db.selectFrom('device').select('resident_since').where('id', '=', 'd1');
    return (await found.executeTakeFirstOrThrow()).resident_since;
  };
  expect(await db.selectFrom('device').select('resident_since').distinct().execute()).toEqual([
    { resident_since: 0 },
  ]);
  const before = Date.now();
  const given = await give('r-other');
  expect(given).toBeGreaterThanOrEqual(before);
  expect(given).toBeLessThanOrEqual(Date.now());
  expect(await give('r-other')).toBe(given);
  await give(undefined);
  expect(await give(first.id)).toBeGreaterThanOrEqual(given);
  await db.destroy();
});

test('a reader sees a change after asking anew', async () => {
  const db = openRegistryTables(file);
  await applyPlan(db, plan);
  const changes: number[] = [];
  const followed = await followRegistry({
    file,
    log: silentLog(),
    intervalMs: 60_000,
    onChange: (registry) => changes.push(registry.revision),
  });
  const secret = createSecret();
  await setSecret(db, { kind: 'gateway', community: 'c1', gateway: 'gw1' }, secret);
  expect(followed.current().findCredential('c1.gw1')).toBeUndefined();
  const hash = (await followed.refresh()).findCredential('c1.gw1')?.secret_hash ?? '';
  expect(matchesSecret(secret, hash)).toBe(true);
  expect(matchesSecret(`${secret}x`, hash)).toBe(false);
  expect(changes).toHaveLength(1);
  await followed.close();
  await db.destroy();
});
