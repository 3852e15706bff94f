import type { Selectable } from 'kysely';
import type { Retention } from '#contracts/retention.ts';
import { type DataClass, dataClasses } from '#contracts/roles.ts';
import type { RegistryTables } from './tables.ts';

export type Community = RegistryTables['community'];
/** How long a community keeps what. */
export function retentionOf({ retention }: Community): Retention {
  return retention === null ? {} : (JSON.parse(retention) as Retention);
}

export type Resident = RegistryTables['resident'];
export type Person = RegistryTables['person'] & { rights: { role: string; scope: string }[] };

/** What an elder shares with one relative. */
export interface Consent {
  resident: string;
  person: string;
  classes: DataClass[];
  /** As this relative calls them. */
  calledAs: string | null;
}

/** A device with its place in words. */
export type Device = Selectable<RegistryTables['device']> & { placeLabel: string };

/** A place of the community: the finest part known is filled. */
export interface DwellingPlace {
  building: string;
  unit: string;
  floor: string;
  dwelling: string;
  label: string;
  grid: string | null;
}

/** The rows of one community. */
export interface CommunityRows {
  community: Community;
  grid: RegistryTables['grid'][];
  building: RegistryTables['building'][];
  unit: RegistryTables['unit'][];
  floor: RegistryTables['floor'][];
  dwelling: RegistryTables['dwelling'][];
  resident: RegistryTables['resident'][];
  gateway: RegistryTables['gateway'][];
  device: Selectable<RegistryTables['device']>[];
  person: RegistryTables['person'][];
  person_right: RegistryTables['person_right'][];
  consent: RegistryTables['consent'][];
}

/** Who and what there is in one community, by id and address. Immutable. */
export interface CommunityRegistry {
  readonly community: Community;
  readonly gateways: ReadonlyMap<string, RegistryTables['gateway']>;
  readonly buildings: ReadonlyMap<string, RegistryTables['building']>;
  readonly units: ReadonlyMap<string, RegistryTables['unit']>;
  readonly dwellings: ReadonlyMap<string, DwellingPlace>;
  readonly residents: ReadonlyMap<string, Resident>;
  readonly devices: ReadonlyMap<string, Device>;
  readonly people: ReadonlyMap<string, Person>;
  /**
   * The device of an address. An address with a component part that has no device of its own answers with the device
   * before the `/`.
   */
  findDevice(address: string): Device | undefined;
  /** What elders share with a relative, one entry an elder. */
  consentsOf(person: string): readonly Consent[];
}

/** The lookups of a community that nobody has registered: nothing is found. */
export function unknownCommunity(id: string): CommunityRegistry {
  return createCommunityRegistry({
    community: {
      id,
      name_zh: id,
      name_en: id,
      timezone: 'Asia/Shanghai',
      division_code: null,
      desk_phone: null,
      retention: null,
    },
    grid: [],
    building: [],
    unit: [],
    floor: [],
    dwelling: [],
    resident: [],
    gateway: [],
    device: [],
    person: [],
    person_right: [],
    consent: [],
  });
}

/** Builds the lookups over the rows of a community, in time linear in them. */
export function createCommunityRegistry(rows: CommunityRows): CommunityRegistry {
  const units = byId(rows.unit);
  const buildings = byId(rows.building);
  const floors = byId(rows.floor);

  const dwellings = new Map<string, DwellingPlace>();
  for (const dwelling of rows.dwelling) {
    const floor = floors.get(dwelling.floor);
    const unit = floor && units.get(floor.unit);
    if (!floor || !unit) continue;
    dwellings.set(dwelling.id, {
      building: unit.building,
      unit: unit.id,
      floor: floor.id,
      dwelling: dwelling.id,
      label: `${buildings.get(unit.building)?.name ?? ''}${unit.name}${dwelling.door}`,
      grid: dwelling.grid,
    });
  }

  const placeOf = (device: CommunityRows['device'][number]): string => {
    const dwelling = device.dwelling ? dwellings.get(device.dwelling) : undefined;
    if (dwelling) return dwelling.label;
    const unit = device.unit ? units.get(device.unit) : undefined;
    const building = buildings.get(device.building ?? unit?.building ?? '')?.name ?? '';
    return `${building}${unit?.name ?? ''} ${device.name}`.trim();
  };
  const devices = byId(rows.device.map((row): Device => ({ ...row, placeLabel: placeOf(row) })));
  const byAddress = new Map([...devices.values()].map((device) => [device.address, device]));

  const rights = Map.groupBy(rows.person_right, ({ person }) => person);
  const consents = Map.groupBy(rows.consent, ({ person }) => person);
  return {
    community: rows.community,
    gateways: byId(rows.gateway),
    buildings,
    units,
    dwellings,
    residents: byId(rows.resident),
    devices,
    people: byId(
      rows.person.map((person): Person => {
        const own = rights.get(person.id) ?? [];
        return { ...person, rights: own.map(({ role, scope }) => ({ role, scope })) };
      }),
    ),
    findDevice: (address) => byAddress.get(address) ?? byAddress.get(address.slice(0, address.indexOf('/'))),
    consentsOf: (person) => (consents.get(person) ?? []).map(toConsent),
  };
}

function byId<T extends { id: string }>(rows: readonly T[]): Map<string, T> {
  return new Map(rows.map((row) => [row.id, row]));
}

function toConsent({ resident, person, classes, called_as }: RegistryTables['consent']): Consent {
  const shared = classes.split(',');
  return {
    resident,
    person,
    classes: dataClasses.filter((one) => shared.includes(one)),
    calledAs: called_as,
  };
}
