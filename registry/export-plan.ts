import type { Kysely } from 'kysely';
import type { CommunityPlan } from './community-plan.ts';
import { type PlanRow, type PlanRows, storedRows } from './plan-rows.ts';
import type { RegistryTables } from './tables.ts';

/**
 * Exports a community as a plan; applying it changes nothing. Ended people are not in it.
 *
 * @returns Undefined for a community that is not there.
 */
export async function exportPlan(
  db: Kysely<RegistryTables>,
  community: string,
): Promise<CommunityPlan | undefined> {
  const rows = await db.transaction().execute((trx) => storedRows(trx, community));
  const [own] = rows.community;
  if (!own) return undefined;
  const plan = {
    community: {
      ...fieldsOf(own, { id: 'id', nameZh: 'name_zh', nameEn: 'name_en', timezone: 'timezone' }),
      ...fieldsOf(own, { deskPhone: 'desk_phone', divisionCode: 'division_code' }),
      ...(own.retention !== null && { retention: JSON.parse(String(own.retention)) }),
    },
    grids: rows.grid.map((row) => fieldsOf(row, { id: 'id', name: 'name' })),
    buildings: buildingsOf(rows),
    residents: rows.resident.map((row) => ({
      ...fieldsOf(row, { id: 'id', dwelling: 'dwelling', name: 'name' }),
      ...(row.lives_alone === 1 && { livesAlone: true }),
      ...fieldsOf(row, { inactivityMs: 'inactivity_ms', arrivalNote: 'arrival_note' }),
    })),
    gateways: rows.gateway.map((row) => fieldsOf(row, { id: 'id', name: 'name' })),
    devices: rows.device.map((row) => fieldsOf(row, deviceFields)),
    people: peopleOf(rows),
    consents: rows.consent.map((row) => ({
      ...fieldsOf(row, { resident: 'resident', person: 'person' }),
      classes: String(row.classes).split(',').filter(Boolean),
      ...fieldsOf(row, { calledAs: 'called_as' }),
    })),
  };
  return plan as unknown as CommunityPlan;
}

const deviceFields = {
  id: 'id',
  gateway: 'gateway',
  address: 'address',
  class: 'class',
  model: 'model',
  name: 'name',
  building: 'building',
  unit: 'unit',
  dwelling: 'dwelling',
  resident: 'resident',
  staleAfterMs: 'stale_after_ms',
};

/** Fields of a plan from a row's columns; what is null is left out. */
function fieldsOf(row: PlanRow, fields: Record<string, string>): Record<string, string | number> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([field, column]) => {
      const value = row[column];
      return value === null || value === undefined ? [] : [[field, value]];
    }),
  );
}

function buildingsOf({ building, unit, floor, dwelling }: PlanRows) {
  const units = Map.groupBy(unit, (row) => row.building);
  const floors = Map.groupBy(floor, (row) => row.unit);
  const dwellings = Map.groupBy(dwelling, (row) => row.floor);
  const named = { id: 'id', name: 'name' };
  return building.map((row) => ({
    ...fieldsOf(row, named),
    units: (units.get(row.id ?? null) ?? []).map((ofUnit) => ({
      ...fieldsOf(ofUnit, named),
      floors: (floors.get(ofUnit.id ?? null) ?? [])
        .toSorted((a, b) => Number(a.ordinal) - Number(b.ordinal))
        .map((ofFloor) => ({
          ...fieldsOf(ofFloor, named),
          dwellings: (dwellings.get(ofFloor.id ?? null) ?? []).map((door) =>
            fieldsOf(door, { id: 'id', door: 'door', grid: 'grid' }),
          ),
        })),
    })),
  }));
}

function peopleOf({ person, person_right }: PlanRows) {
  const rights = Map.groupBy(person_right, (row) => row.person);
  return person
    .filter(({ enabled }) => enabled === 1)
    .map((row) => ({
      ...fieldsOf(row, { id: 'id', name: 'name', phone: 'phone' }),
      rights: (rights.get(row.id ?? null) ?? []).map(({ role, scope }) => ({
        role,
        ...(scope !== '' && { scope }),
      })),
    }));
}
