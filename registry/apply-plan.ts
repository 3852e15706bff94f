import type { Kysely } from 'kysely';
import type { CommunityPlan } from './community-plan.ts';
import type { RegistryTables } from './tables.ts';

/**
 * Writes a community plan into the registry in one transaction; applying it again changes what differs. It writes into
 * its own community alone: another may have the very same ids.
 *
 * Nothing that the plan leaves out is removed, save rights of a person it names: those are the plan's alone.
 *
 * @returns Rows written per table.
 */
export async function applyPlan(
  db: Kysely<RegistryTables>,
  plan: CommunityPlan,
): Promise<Record<string, number>> {
  const community = plan.community.id;
  const inCommunity = <T extends object>(row: T) => ({ community, ...row });
  const units = plan.buildings.flatMap((building) =>
    building.units.map((unit) => ({ ...unit, building: building.id })),
  );
  const floors = units.flatMap((unit) =>
    unit.floors.map((floor, ordinal) => ({ ...floor, unit: unit.id, ordinal })),
  );
  const rows: { [T in keyof RegistryTables]?: Partial<RegistryTables[T]>[] } = {
    community: [
      {
        id: community,
        name_zh: plan.community.nameZh,
        name_en: plan.community.nameEn,
        timezone: plan.community.timezone ?? 'Asia/Shanghai',
        division_code: plan.community.divisionCode ?? null,
        desk_phone: plan.community.deskPhone ?? null,
        retention: plan.community.retention ? JSON.stringify(plan.community.retention) : null,
      },
    ],
    grid: plan.grids.map(inCommunity),
    building: plan.buildings.map(({ id, name }) => inCommunity({ id, name })),
    unit: units.map(({ id, name, building }) => inCommunity({ id, name, building })),
    floor: floors.map(({ id, name, unit, ordinal }) => inCommunity({ id, name, unit, ordinal })),
    dwelling: floors.flatMap((floor) =>
      floor.dwellings.map(({ id, door, grid }) =>
        inCommunity({ id, door, floor: floor.id, grid: grid ?? null }),
      ),
    ),
    resident: plan.residents.map((resident) => ({
      community,
      id: resident.id,
      dwelling: resident.dwelling,
      name: resident.name ?? null,
      lives_alone: resident.livesAlone ? 1 : 0,
      inactivity_ms: resident.inactivityMs ?? null,
      arrival_note: resident.arrivalNote ?? null,
    })),
    gateway: plan.gateways.map((gateway) => ({ ...gateway, community, enabled: 1 })),
    device: plan.devices.map((device) => ({
      community,
      id: device.id,
      gateway: device.gateway,
      address: device.address,
      class: device.class,
      model: device.model ?? null,
      name: device.name,
      building: device.building ?? null,
      unit: device.unit ?? null,
      dwelling: device.dwelling ?? null,
      resident: device.resident ?? null,
      stale_after_ms: device.staleAfterMs ?? null,
    })),
    person: plan.people.map(({ id, name, phone }) => inCommunity({ id, name, phone: phone ?? null })),
    person_right: plan.people.flatMap((person) =>
      person.rights.map(({ role, scope }) => inCommunity({ person: person.id, role, scope: scope ?? '' })),
    ),
    consent: plan.consents?.map(({ resident, person, classes, calledAs }) => ({
      community,
      resident,
      person,
      classes: classes.join(),
      called_as: calledAs ?? null,
    })),
  };
  const written: Record<string, number> = {};
  await db.transaction().execute(async (trx) => {
    const people = plan.people.map(({ id }) => id);
    for (const person of people) {
      await trx
        .deleteFrom('person_right')
        .where('community', '=', community)
        .where('person', '=', person)
        .execute();
    }
    for (const [table, values] of Object.entries(rows)) {
      if (!values) continue;
      for (const value of values) await upsert(trx, table as keyof RegistryTables, value);
      written[table] = values.length;
    }
  });
  return written;
}

const keys: Partial<Record<keyof RegistryTables, string[]>> = {
  community: ['id'],
  person_right: ['community', 'person', 'role', 'scope'],
  consent: ['community', 'resident', 'person'],
};

async function upsert(db: Kysely<RegistryTables>, table: keyof RegistryTables, row: object): Promise<void> {
  const key = keys[table] ?? ['community', 'id'];
  const rest = Object.fromEntries(Object.entries(row).filter(([column]) => !key.includes(column)));
  await db
    .insertInto(table)
    .values(row as never)
    .onConflict((conflict) => {
      const on = conflict.columns(key as never);
      return Object.keys(rest).length > 0 ? on.doUpdateSet(rest as never) : on.doNothing();
    })
    .execute();
}
