import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Kysely } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { applyPlan, comparePlan } from './apply-plan.ts';
import type { CommunityPlan } from './community-plan.ts';
import { createSecret, setSecret } from './credentials.ts';
import { endPerson, restorePerson } from './end-person.ts';
import { exportPlan } from './export-plan.ts';
import { openRegistryTables, readRegistry } from './open-registry.ts';
import { nameOfRow } from './plan-changes.ts';
import { readPlan } from './read-plan.ts';
import type { RegistryTables } from './tables.ts';

const file = resolve(import.meta.dirname, '../docs/community-plan.example.json');
const plan = readPlan(readFileSync(file), file);
const community = plan.community.id;
let folder: string;
let db: Kysely<RegistryTables>;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'apply-'));
  db = openRegistryTables(join(folder, 'registry.db'));
});
afterEach(async () => {
  await db.destroy();
  rmSync(folder, { recursive: true });
});

const read = () => readRegistry(join(folder, 'registry.db'));
const own = async () => read().of(community);
const revision = async () => read().revision;
const addresses = async () =>
  Object.fromEntries([...((await own())?.devices.values() ?? [])].map(({ id, address }) => [id, address]));

/** The example with some of its devices' addresses as given. */
function withAddresses(given: Record<string, string>): CommunityPlan {
  return {
    ...plan,
    devices: plan.devices.map((device) => ({ ...device, address: given[device.id] ?? device.address })),
  };
}

/** The example without the flat of 202, its smoke detector, the gateway of watches, the responder and the consent. */
const smaller: CommunityPlan = {
  ...plan,
  buildings: plan.buildings.map((building) => ({
    ...building,
    units: building.units.map((unit) => ({ ...unit, floors: unit.floors.slice(0, 1) })),
  })),
  residents: plan.residents.filter(({ id }) => id !== 'r-202'),
  gateways: plan.gateways.filter(({ id }) => id !== 'hosted-1'),
  devices: plan.devices.filter(({ id }) => id !== 'smoke-202' && id !== 'watch-101'),
  people: plan.people.filter(({ id }) => id !== 'station-1'),
  consents: [],
};

test('the example applies, and applied again it changes nothing, not even the revision', async () => {
  const first = await applyPlan(db, plan);
  expect(first).toMatchObject({ changed: [], leftOut: [], withdrawn: [] });
  expect(first.added.filter(({ table }) => table === 'device').map(nameOfRow)[0]).toBe(
    'watch-101 (手表, watch-3g:6900000001)',
  );
  const before = await revision();
  expect(await applyPlan(db, plan)).toMatchObject({ added: [], changed: [], leftOut: [], withdrawn: [] });
  expect(await revision()).toBe(before);
});

test('a watch of which the plan says the wearer alone is at their dwelling, so that its alarm has a place', async () => {
  const devices = plan.devices.map((device) =>
    device.id === 'watch-101' ? { ...device, dwelling: undefined } : device,
  );
  await applyPlan(db, { ...plan, devices } as CommunityPlan);
  expect((await own())?.devices.get('watch-101')).toMatchObject({
    dwelling: 'b1u1-101',
    placeLabel: '1栋1单元101',
  });
  expect(await applyPlan(db, plan)).toMatchObject({ changed: [] });
});

test('what is exported is the plan, and applied again changes nothing', async () => {
  await applyPlan(db, plan);
  const exported = await exportPlan(db, community);
  expect(exported).toEqual(plan);
  const read = readPlan(new TextEncoder().encode(JSON.stringify(exported, null, 2)), 'exported.json');
  const before = await revision();
  await applyPlan(db, read, { remove: true });
  expect(await revision()).toBe(before);
  expect(await exportPlan(db, 'elsewhere')).toBeUndefined();
});

test('two devices that exchange their addresses, and three in a circle, end with each other’s', async () => {
  await applyPlan(db, plan);
  const swapped = {
    'smoke-202': 'zigbee2mqtt:00124b0000000004',
    'button-101': 'zigbee2mqtt:00124b0000000002',
  };
  const changes = await applyPlan(db, withAddresses(swapped));
  expect(changes.changed.map(({ row, fields }) => [row.id, fields])).toEqual([
    [
      'smoke-202',
      [{ column: 'address', before: 'zigbee2mqtt:00124b0000000002', after: 'zigbee2mqtt:00124b0000000004' }],
    ],
    [
      'button-101',
      [{ column: 'address', before: 'zigbee2mqtt:00124b0000000004', after: 'zigbee2mqtt:00124b0000000002' }],
    ],
  ]);
  expect(await addresses()).toMatchObject(swapped);
  const circle = {
    'smoke-202': 'zigbee2mqtt:00124b0000000000',
    'zigbee-1': 'zigbee2mqtt:00124b0000000002',
    'button-101': 'zigbee2mqtt:00124b0000000004',
  };
  await applyPlan(db, withAddresses(circle));
  expect(await addresses()).toMatchObject(circle);
});

test('a plan compared writes nothing, and tells what it would change', async () => {
  await applyPlan(db, plan);
  const before = await revision();
  const changes = await comparePlan(db, smaller);
  expect(changes.leftOut.map(nameOfRow).toSorted()).toEqual(
    [
      'b1u1-201 (201)',
      'b1u1-202 (202)',
      'b1u1f2 (2)',
      'hosted-1 (云端接入)',
      'r-101 → relative-101: alarms,activity',
      'r-202',
      'smoke-202 (客厅烟感, zigbee2mqtt:00124b0000000002)',
      'station-1 (微型消防站)',
      'watch-101 (手表, watch-3g:6900000001)',
    ].toSorted(),
  );
  expect(await revision()).toBe(before);
});

test('what a plan leaves out stays, until it is applied with remove', async () => {
  await applyPlan(db, plan);
  await setSecret(db, { kind: 'gateway', community, gateway: 'hosted-1' }, createSecret());
  await applyPlan(db, smaller);
  expect((await own())?.devices.has('watch-101')).toBe(true);
  expect((await own())?.people.get('station-1')).toMatchObject({
    enabled: 1,
    rights: [{ role: 'responder' }],
  });

  await applyPlan(db, smaller, { remove: true, by: 'operator' });
  const registry = await own();
  expect(registry?.removalOf('device', 'watch-101')).toEqual({ at: expect.any(Number), by: 'operator' });
  expect(registry?.removalOf('gateway', 'hosted-1')?.by).toBe('operator');
  expect(registry?.removalOf('device', 'zigbee-1')).toBeUndefined();
  expect([...(registry?.devices.keys() ?? [])]).toEqual(['gate-b1u1', 'panel-b1', 'zigbee-1', 'button-101']);
  expect([...(registry?.gateways.keys() ?? [])]).toEqual(['gw-1']);
  expect([...(registry?.dwellings.keys() ?? [])]).toEqual(['b1u1-101', 'b1u1-102']);
  expect([...(registry?.residents.keys() ?? [])]).toEqual(['r-101']);
  expect(registry?.consentsOf('relative-101')).toEqual([]);
  expect(read().findCredential(`${community}.hosted-1`)).toBeUndefined();
  // Their row stays, for the records that name them; nothing can be done with it.
  expect(registry?.people.get('station-1')).toMatchObject({ enabled: 0, rights: [] });
  expect(await comparePlan(db, smaller)).toMatchObject({ leftOut: [], ended: [] });
});

test('a right that a plan no longer gives somebody it names goes, and is told', async () => {
  await applyPlan(db, plan);
  const people = plan.people.map((person) =>
    person.id === 'guard-1' ? { ...person, rights: [{ role: 'responder' as const }] } : person,
  );
  const changes = await applyPlan(db, { ...plan, people });
  expect(changes.withdrawn.map(nameOfRow)).toEqual(['guard-1: guard']);
  expect((await own())?.people.get('guard-1')?.rights).toEqual([{ role: 'responder', scope: '' }]);
});

test('no plan brings back somebody who was ended; taken back, they get their rights from it', async () => {
  await applyPlan(db, plan);
  await endPerson(db, { community, person: 'relative-101' });
  const changes = await applyPlan(db, plan);
  expect(changes).toMatchObject({ added: [], changed: [], leftOut: [] });
  expect(changes.ended.map(nameOfRow)).toEqual(['relative-101 (101 室家属)']);
  expect((await own())?.people.get('relative-101')).toMatchObject({ enabled: 0, rights: [] });
  await restorePerson(db, { community, person: 'relative-101' });
  await applyPlan(db, plan);
  expect((await own())?.people.get('relative-101')).toMatchObject({
    enabled: 1,
    rights: [{ role: 'family' }],
  });
  expect((await own())?.consentsOf('relative-101')).toHaveLength(1);
});

test('an address of a device that the plan leaves out is refused, naming it, and taken over with remove', async () => {
  await applyPlan(db, plan);
  const renamed = {
    ...plan,
    devices: plan.devices.map((device) =>
      device.id === 'smoke-202' ? { ...device, id: 'smoke-new' } : device,
    ),
  };
  await expect(applyPlan(db, renamed)).rejects.toMatchObject({
    code: 'REGISTRY_PLAN_CONFLICT',
    message: expect.stringContaining('device smoke-new wants the address of smoke-202'),
  });
  expect((await own())?.devices.has('smoke-new')).toBe(false);
  await applyPlan(db, renamed, { remove: true });
  expect(await addresses()).toMatchObject({ 'smoke-new': 'zigbee2mqtt:00124b0000000002' });
});

test('a plan of another community with the same ids changes nothing of the first, with remove neither', async () => {
  await applyPlan(db, plan);
  const before = await exportPlan(db, community);
  await applyPlan(
    db,
    { ...smaller, community: { ...plan.community, id: 'hillside', nameZh: '山畔小区' } },
    { remove: true },
  );
  expect(await exportPlan(db, community)).toEqual(before);
});
