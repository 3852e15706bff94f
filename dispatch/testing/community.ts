import { join } from 'node:path';
import { applyPlan } from '#registry/apply-plan.ts';
import type { CommunityPlan } from '#registry/community-plan.ts';
import type { Person } from '#registry/community-registry.ts';
import { openRegistryTables, readRegistry } from '#registry/open-registry.ts';
import type { Registry } from '#registry/registry.ts';
import { fromTemplate } from '#runtime/testing/database-template.ts';

const dwellings = (unit: string, count: number) =>
  Array.from({ length: count }, (_, index) => ({ id: `${unit}-${101 + index}`, door: `${101 + index}` }));

/** One building with 40 dwellings and a watch in each, a panel, a gate, two people of the staff, a responder and a relative. */
export const testPlan: CommunityPlan = {
  community: { id: 'c1', nameZh: '一号小区', nameEn: 'Community One' },
  grids: [],
  buildings: [
    {
      id: 'b3',
      name: '3栋',
      units: [
        {
          id: 'b3u2',
          name: '2单元',
          floors: [{ id: 'b3u2f1', name: '1', dwellings: dwellings('b3u2', 40) }],
        },
      ],
    },
  ],
  residents: [
    { id: 'r1', dwelling: 'b3u2-101' },
    { id: 'r2', dwelling: 'b3u2-101' },
  ],
  gateways: [{ id: 'gw1', name: '东门网关' }],
  devices: [
    ...Array.from({ length: 40 }, (_, index) => ({
      id: `watch-${index}`,
      gateway: 'gw1',
      address: `watch-3g:${6907919734 + index}`,
      class: 'watch' as const,
      name: '手表',
      dwelling: `b3u2-${101 + index}`,
      ...(index === 0 && { resident: 'r1' }),
    })),
    {
      id: 'watch-other',
      gateway: 'gw1',
      address: 'watch-3g:6907919999',
      class: 'watch',
      name: '手表',
      dwelling: 'b3u2-101',
      resident: 'r2',
    },
    {
      id: 'panel',
      gateway: 'gw1',
      address: 'gb26875:060504030201',
      class: 'fire-panel',
      name: '消防主机',
      building: 'b3',
    },
    {
      id: 'gate',
      gateway: 'gw1',
      address: 'hikvision-isapi:c0517eaabbcc/1',
      class: 'gate',
      name: '单元门',
      building: 'b3',
      unit: 'b3u2',
    },
    { id: 'lock', gateway: 'gw1', address: 'zigbee2mqtt:00124b0000000007', class: 'lock', name: '门锁' },
    { id: 'siren', gateway: 'gw1', address: 'zigbee2mqtt:00124b0000000008', class: 'siren', name: '警号' },
  ],
  people: [
    { id: 'p1', name: '值班员', rights: [{ role: 'guard' }] },
    { id: 'p2', name: '经理', rights: [{ role: 'manager' }] },
    { id: 'p3', name: '微型消防站', rights: [{ role: 'responder' }] },
    { id: 'kin', name: '家属', rights: [{ role: 'family', scope: 'r1' }] },
  ],
};

/** Reads the test community, or another plan's with the same id, from a registry written to a folder. */
export async function readTestRegistry(folder: string, plan = testPlan): Promise<Registry> {
  const file = join(folder, 'registry.db');
  await fromTemplate(plan, file, (empty) => writeTestRegistry(empty, plan));
  return readRegistry(file);
}

async function writeTestRegistry(file: string, plan: CommunityPlan): Promise<void> {
  const db = openRegistryTables(file);
  await applyPlan(db, plan);
  await db.updateTable('community').set({ timezone: 'Asia/Shanghai' }).execute();
  await db
    .insertInto('community')
    .values({ id: 'c2', name_zh: '二号', name_en: 'Two', timezone: 'Asia/Shanghai', division_code: null })
    .execute();
  await db
    .insertInto('person')
    .values([
      { id: 'p-left', community: 'c1', name: '离职', phone: null, enabled: 0 },
      { id: 'p-elsewhere', community: 'c2', name: '他处', phone: null, enabled: 1 },
    ])
    .execute();
  await db.destroy();
}

/** Reads the test community beside a second one, `c2`, which gave everything and everybody the same ids. */
export async function readTwinRegistry(folder: string): Promise<Registry> {
  const file = join(folder, 'registry.db');
  const db = openRegistryTables(file);
  await applyPlan(db, { ...testPlan, community: { id: 'c2', nameZh: '二号小区', nameEn: 'Community Two' } });
  await db.destroy();
  return readRegistry(file);
}

/** A registry with something changed of people of a community, by id; who is of another one now is not there. */
export function withPeople(
  registry: Registry,
  changes: Record<string, Partial<Person>>,
  community = 'c1',
): Registry {
  const own = registry.of(community);
  if (!own) throw new Error(`no community ${community}`);
  const people = new Map(own.people);
  for (const [id, change] of Object.entries(changes)) {
    const person = people.get(id);
    if (!person) throw new Error(`no person ${id}`);
    const changed = { ...person, ...change };
    if (changed.community === community) people.set(id, changed);
    else people.delete(id);
  }
  const communities = new Map(registry.communities).set(community, { ...own, people });
  return { ...registry, communities, of: (id) => communities.get(id), revision: registry.revision + 1 };
}
