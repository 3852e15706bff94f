import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import type { Kysely } from 'kysely';
import { expect, onTestFinished, test } from 'vitest';
import { openSqlite } from '#runtime/sqlite.ts';
import { runAtOnce } from '#runtime/time-slices.ts';
import { openRegistryTables } from './open-registry.ts';
import type { Registry } from './registry.ts';
import { createRegistryReader } from './registry-reader.ts';
import type { RegistryTables } from './tables.ts';

const communities = ['c1', 'c2'] as const;
const ids = ['a', 'b', 'c'] as const;
const byKey = <T>(entries: ReadonlyMap<string, T>) => Object.fromEntries(entries);

async function openRegistry() {
  const folder = mkdtempSync(join(tmpdir(), 'registry-reader-'));
  const file = join(folder, 'registry.db');
  const db = openRegistryTables(file);
  const sqlite = openSqlite(file, { readOnly: true });
  onTestFinished(async () => {
    sqlite.close();
    await db.destroy();
    rmSync(folder, { recursive: true });
  });
  for (const community of communities) {
    const of = { community };
    await db
      .insertInto('community')
      .values({ id: community, name_zh: community, name_en: community, timezone: 'Asia/Shanghai' } as never)
      .execute();
    await db
      .insertInto('building')
      .values({ ...of, id: 'b1', name: '1栋' })
      .execute();
    await db
      .insertInto('unit')
      .values({ ...of, id: 'u1', building: 'b1', name: '1单元' })
      .execute();
    await db
      .insertInto('floor')
      .values({ ...of, id: 'f1', unit: 'u1', name: '1', ordinal: 1 })
      .execute();
    await db
      .insertInto('dwelling')
      .values({ ...of, id: 'd1', floor: 'f1', door: '101', grid: null })
      .execute();
    await db
      .insertInto('gateway')
      .values({ ...of, id: 'g1', name: '网关', enabled: 1 })
      .execute();
    await db
      .insertInto('resident')
      .values({ ...of, id: 'r1', dwelling: 'd1', name: null, lives_alone: 1 } as never)
      .execute();
  }
  return { db, reader: createRegistryReader(sqlite) };
}

/** Everything a registry answers, as plain data. */
function toldBy(registry: Registry) {
  return {
    revision: registry.revision,
    credentials: byKey(registry.credentials),
    communities: Object.fromEntries(
      [...registry.communities].map(([id, own]) => [
        id,
        {
          community: own.community,
          devices: byKey(own.devices),
          people: byKey(own.people),
          buildings: byKey(own.buildings),
          units: byKey(own.units),
          dwellings: byKey(own.dwellings),
          ofDwelling: own.devicesOfDwelling('d1').toSorted((one, other) => one.id.localeCompare(other.id)),
          residents: byKey(own.residents),
          gateways: byKey(own.gateways),
          found: ids.map((address) => own.findDevice(`http:${address}`)?.id),
          consents: ids.map((person) => own.consentsOf(person)),
          takenOut: ids.map((id) => own.removalOf('device', id)),
        },
      ]),
    ),
  };
}

type Write = (db: Kysely<RegistryTables>, community: string, id: string, other: string) => Promise<unknown>;
const own = (community: string, id: string) => ({ community, id }) as const;
const writes: Record<string, Write> = {
  device: async (db, community, id, other) => {
    const address = `http:${other}`;
    await db
      .deleteFrom('device')
      .where('community', '=', community)
      .where((eb) => eb.or([eb('id', '=', id), eb('address', '=', address)]))
      .execute();
    const device = { gateway: 'g1', address, class: 'watch', name: id, dwelling: 'd1' };
    await db
      .insertInto('device')
      .values({ ...own(community, id), ...device } as never)
      .execute();
  },
  'device of a unit': async (db, community, id) => {
    const ofUnit = { dwelling: null, resident: null, unit: 'u1' };
    await db
      .updateTable('device')
      .set(ofUnit as never)
      .where('community', '=', community)
      .where('id', '=', id)
      .execute();
  },
  'device gone': async (db, community, id, other) => {
    const device = db.deleteFrom('device').where('community', '=', community).where('id', '=', id);
    if ((await device.executeTakeFirst()).numDeletedRows === 0n) return;
    await db.replaceInto('taken_out').values({ community, part: 'device', id, at: 7, by: other }).execute();
  },
  person: (db, community, id, other) =>
    db
      .insertInto('person')
      .values({ ...own(community, id), name: other, phone: null, enabled: 1 })
      .onConflict((conflict) => conflict.columns(['community', 'id']).doUpdateSet({ name: other }))
      .execute(),
  right: async (db, community, id, other) => {
    await writes.person?.(db, community, id, other);
    await db
      .insertInto('person_right')
      .values({ community, person: id, role: other, scope: '' })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  },
  'right gone': (db, community, id) =>
    db.deleteFrom('person_right').where('community', '=', community).where('person', '=', id).execute(),
  consent: async (db, community, id, other) => {
    await writes.person?.(db, community, id, other);
    await db
      .insertInto('consent')
      .values({ community, resident: 'r1', person: id, classes: 'alarms', called_as: other })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  },
  'consent gone': (db, community, id) =>
    db.deleteFrom('consent').where('community', '=', community).where('person', '=', id).execute(),
  resident: (db, community, _id, other) =>
    db.updateTable('resident').set({ name: other }).where('community', '=', community).execute(),
  gateway: (db, community, id) =>
    db
      .insertInto('gateway')
      .values({ ...own(community, id), name: id, enabled: 1 })
      .onConflict((conflict) => conflict.doNothing())
      .execute(),
  building: (db, community, _id, other) =>
    db.updateTable('building').set({ name: other }).where('community', '=', community).execute(),
  unit: (db, community, _id, other) =>
    db.updateTable('unit').set({ name: other }).where('community', '=', community).execute(),
  dwelling: (db, community, id, other) =>
    db
      .insertInto('dwelling')
      .values({ ...own(community, `d-${id}`), floor: 'f1', door: other, grid: null })
      .onConflict((conflict) => conflict.columns(['community', 'id']).doUpdateSet({ door: other }))
      .execute(),
  community: (db, community, _id, other) =>
    db.updateTable('community').set({ name_zh: other }).where('id', '=', community).execute(),
  credential: (db, community, id, other) =>
    db
      .replaceInto('credential')
      .values({
        username: `${community}.${id}`,
        kind: 'gateway',
        community,
        gateway: id,
        service: null,
        secret_hash: other,
        enabled: 1,
      })
      .execute(),
};

test('whatever changes, what is read of the changes alone is what is read of everything', async () => {
  const { db, reader } = await openRegistry();
  let read = runAtOnce(reader.readAll());
  const change = fc.tuple(
    fc.constantFrom(...Object.values(writes)),
    fc.constantFrom(...communities),
    fc.constantFrom(...ids),
    fc.constantFrom(...ids),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 8 }), async (changes) => {
      for (const [write, community, id, other] of changes) await write(db, community, id, other);
      read = runAtOnce(reader.readChanges(read));
      expect(toldBy(read.registry)).toEqual(toldBy(runAtOnce(reader.readAll()).registry));
    }),
    { numRuns: 200 },
  );
});

test('a community in which nothing changed stays the same object, and so do the lookups that did not change', async () => {
  const { db, reader } = await openRegistry();
  await writes.person?.(db, 'c1', 'a', 'b');
  const before = runAtOnce(reader.readAll());
  await writes.person?.(db, 'c1', 'a', 'c');
  const { registry } = runAtOnce(reader.readChanges(before));
  expect(registry.of('c2')).toBe(before.registry.of('c2'));
  expect(registry.of('c1')).not.toBe(before.registry.of('c1'));
  expect(registry.of('c1')?.devices).toBe(before.registry.of('c1')?.devices);
  expect(registry.of('c1')?.people.get('a')?.name).toBe('c');
});

test.each([
  ['a few devices', 3],
  ['more devices than lie beside a map', 1500],
])(
  'a renamed building of %s is read of its places alone, and leaves the devices of others as they were',
  async (_, count) => {
    const { db, reader } = await openRegistry();
    await db.insertInto('building').values({ community: 'c1', id: 'b2', name: '2栋' }).execute();
    for (let index = 0; index < count + 1; index++) {
      const device = { gateway: 'g1', address: `http:${index}`, class: 'watch', name: '表' };
      const building = index < count ? 'b1' : 'b2';
      await db
        .insertInto('device')
        .values({ ...own('c1', `${index}`), ...device, building } as never)
        .execute();
    }
    const before = runAtOnce(reader.readAll());
    await db
      .updateTable('building')
      .set({ name: '壹栋' })
      .where('id', '=', 'b1')
      .where('community', '=', 'c1')
      .execute();
    const { registry } = runAtOnce(reader.readChanges(before));
    expect(toldBy(registry)).toEqual(toldBy(runAtOnce(reader.readAll()).registry));
    expect(registry.of('c1')?.devices.get('0')?.placeLabel).toBe('壹栋 表');
    const other = `${count}`;
    expect(registry.of('c1')?.devices.get(other)).toBe(before.registry.of('c1')?.devices.get(other));
    expect(registry.of('c1')?.people).toBe(before.registry.of('c1')?.people);
  },
);

test('ten thousand people at once are read in steps, none of them long', async () => {
  const { db, reader } = await openRegistry();
  const before = runAtOnce(reader.readAll());
  const people = Array.from({ length: 10_000 }, (_, index) => ({
    ...own('c1', `p${index}`),
    ...{ name: '某某', phone: null, enabled: 1 },
  }));
  for (let from = 0; from < people.length; from += 500) {
    await db
      .insertInto('person')
      .values(people.slice(from, from + 500))
      .execute();
  }
  const work = reader.readChanges(before);
  let steps = 0;
  let step = work.next();
  for (; !step.done; step = work.next()) steps += 1;
  expect(steps).toBeGreaterThan(50);
  expect(step.value.registry.of('c1')?.people.size).toBe(10_000);
});

test('the list of what changed is read in steps, however often one and the same thing changed', async () => {
  const { db, reader } = await openRegistry();
  await writes.person?.(db, 'c1', 'a', 'b');
  const before = runAtOnce(reader.readAll());
  await db.transaction().execute(async (trx) => {
    for (let change = 0; change < 1000; change++) await writes.person?.(trx, 'c1', 'a', `name ${change}`);
  });
  const work = reader.readChanges(before);
  let steps = 0;
  let step = work.next();
  for (; !step.done; step = work.next()) steps += 1;
  // An update says what was and what is.
  expect(steps).toBeGreaterThanOrEqual(2000 / 200);
  expect(step.value.registry.of('c1')?.people.get('a')?.name).toBe('name 999');
});
