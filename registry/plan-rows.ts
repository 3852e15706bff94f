import type { Kysely } from 'kysely';
import { defaultTimezone } from '#contracts/facts/timezone.ts';
import type { CommunityPlan } from './community-plan.ts';
import { tablesOfCommunity } from './registry.ts';
import type { RegistryTables } from './tables.ts';

/** Tables that a plan fills, each after those its rows refer to. */
export const planTables = ['community', ...tablesOfCommunity] as const;
export type PlanTable = (typeof planTables)[number];

/** The columns that a plan sets. */
export type PlanRow = Record<string, string | number | null>;
export type PlanRows = Record<PlanTable, PlanRow[]>;

const keys: Partial<Record<PlanTable, readonly string[]>> = {
  community: ['id'],
  person_right: ['community', 'person', 'role', 'scope'],
  consent: ['community', 'resident', 'person'],
};

/** Key columns of a row. */
export function keyColumns(table: PlanTable): readonly string[] {
  return keys[table] ?? ['community', 'id'];
}

/** A row's key as one text. */
export function keyOf(table: PlanTable, row: PlanRow): string {
  return JSON.stringify(keyColumns(table).map((column) => row[column]));
}

/** A plan as rows of the registry. A resident's device without a place is in their dwelling. */
export function rowsOfPlan(plan: CommunityPlan): PlanRows {
  const community = plan.community.id;
  const homes = new Map(plan.residents.map(({ id, dwelling }) => [id, dwelling]));
  const placeOf = ({ building, unit, dwelling, resident }: CommunityPlan['devices'][number]) => ({
    building: building ?? null,
    unit: unit ?? null,
    dwelling: dwelling ?? ((building ?? unit) ? null : (homes.get(resident ?? '') ?? null)),
  });
  const inCommunity = (row: PlanRow): PlanRow => ({ community, ...row });
  const units = plan.buildings.flatMap((building) =>
    building.units.map((unit) => ({ ...unit, building: building.id })),
  );
  const floors = units.flatMap((unit) =>
    unit.floors.map((floor, ordinal) => ({ ...floor, unit: unit.id, ordinal })),
  );
  return {
    community: [
      {
        id: community,
        name_zh: plan.community.nameZh,
        name_en: plan.community.nameEn,
        timezone: plan.community.timezone ?? defaultTimezone,
        division_code: plan.community.divisionCode ?? null,
        desk_phone: plan.community.deskPhone ?? null,
        retention: plan.community.retention ? JSON.stringify(plan.community.retention) : null,
      },
    ],
    grid: plan.grids.map(({ id, name }) => inCommunity({ id, name })),
    building: plan.buildings.map(({ id, name }) => inCommunity({ id, name })),
    unit: units.map(({ id, name, building }) => inCommunity({ id, name, building })),
    floor: floors.map(({ id, name, unit, ordinal }) => inCommunity({ id, name, unit, ordinal })),
    dwelling: floors.flatMap((floor) =>
      floor.dwellings.map(({ id, door, grid }) =>
        inCommunity({ id, door, floor: floor.id, grid: grid ?? null }),
      ),
    ),
    resident: plan.residents.map((resident) =>
      inCommunity({
        id: resident.id,
        dwelling: resident.dwelling,
        name: resident.name ?? null,
        lives_alone: resident.livesAlone ? 1 : 0,
        inactivity_ms: resident.inactivityMs ?? null,
        arrival_note: resident.arrivalNote ?? null,
      }),
    ),
    gateway: plan.gateways.map(({ id, name }) => inCommunity({ id, name, enabled: 1 })),
    device: plan.devices.map((device) =>
      inCommunity({
        id: device.id,
        gateway: device.gateway,
        address: device.address,
        class: device.class,
        model: device.model ?? null,
        name: device.name,
        ...placeOf(device),
        resident: device.resident ?? null,
        stale_after_ms: device.staleAfterMs ?? null,
      }),
    ),
    person: plan.people.map(({ id, name, phone }) => inCommunity({ id, name, phone: phone ?? null })),
    person_right: plan.people.flatMap((person) =>
      person.rights.map(({ role, scope }) => inCommunity({ person: person.id, role, scope: scope ?? '' })),
    ),
    consent: (plan.consents ?? []).map(({ resident, person, classes, calledAs }) =>
      inCommunity({ resident, person, classes: classes.join(), called_as: calledAs ?? null }),
    ),
  };
}

/** A community's rows in the registry, in the order they were written, with all columns. */
export async function storedRows(db: Kysely<RegistryTables>, community: string): Promise<PlanRows> {
  const rows = {} as PlanRows;
  for (const table of planTables) {
    const column = table === 'community' ? 'id' : 'community';
    rows[table] = (await db
      .selectFrom(table)
      .selectAll()
      .where(column as never, '=', community as never)
      .orderBy('rowid' as never)
      .execute()) as unknown as PlanRow[];
  }
  return rows;
}
