import type { Selectable } from 'kysely';
import type { Retention } from '#contracts/facts/retention.ts';
import { type DataClass, dataClasses } from '#contracts/facts/roles.ts';
import { defaultTimezone } from '#contracts/facts/timezone.ts';
import { runAtOnce } from '#runtime/time-slices.ts';
import { type Removal, type RemovalPart, removalKey } from './removals.ts';
import type { RegistryTables } from './tables.ts';

export type Community = RegistryTables['community'];
/** Retention of a community, by data class. */
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
  /** What this relative calls them. */
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
  taken_out?: RegistryTables['taken_out'][];
}

/** People, places and devices of one community, by id and address. Immutable. */
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
  devicesOfResident(resident: string): readonly Device[];
  /** Devices of the dwelling, those of its residents included. */
  devicesOfDwelling(dwelling: string): readonly Device[];
  residentsOfDwelling(dwelling: string): readonly Resident[];
  /** What elders share with a relative, one entry an elder. */
  consentsOf(person: string): readonly Consent[];
  /** When something was removed and by whom, where that is known. */
  removalOf(part: RemovalPart, id: string): Removal | undefined;
}

/** The lookups of an unregistered community: they find nothing. */
export function unknownCommunity(id: string): CommunityRegistry {
  return createCommunityRegistry({
    community: {
      id,
      name_zh: id,
      name_en: id,
      timezone: defaultTimezone,
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

/** The data behind a community's lookups. */
export interface CommunityParts {
  community: Community;
  gateways: ReadonlyMap<string, RegistryTables['gateway']>;
  buildings: ReadonlyMap<string, RegistryTables['building']>;
  units: ReadonlyMap<string, RegistryTables['unit']>;
  dwellings: ReadonlyMap<string, DwellingPlace>;
  residents: ReadonlyMap<string, Resident>;
  devices: ReadonlyMap<string, Device>;
  byAddress: ReadonlyMap<string, Device>;
  byResident: ReadonlyMap<string, readonly Device[]>;
  byDwelling: ReadonlyMap<string, readonly Device[]>;
  residentsByDwelling: ReadonlyMap<string, readonly Resident[]>;
  people: ReadonlyMap<string, Person>;
  /** By the relative. */
  consents: ReadonlyMap<string, readonly RegistryTables['consent'][]>;
  /** By `removalKey`. */
  removals: ReadonlyMap<string, Removal>;
}

const parts = new WeakMap<CommunityRegistry, CommunityParts>();

/** The data behind a community's lookups. @throws {TypeError} where they were not made here. */
export function partsOf(registry: CommunityRegistry): CommunityParts {
  const found = parts.get(registry);
  if (!found) throw new TypeError('not a registry of ours');
  return found;
}

/** Rows between two steps of building. */
export const rowsPerStep = 200;

/** Lookups of places in a community. */
export type Places = Pick<CommunityParts, 'buildings' | 'units' | 'dwellings'>;
/** The tables of it. */
export const placeTables = ['building', 'unit', 'floor', 'dwelling'] as const;

/** Builds the lookups of places, in steps. */
export function* buildPlaces(
  rows: Pick<CommunityRows, (typeof placeTables)[number]>,
): Generator<void, Places> {
  const units = yield* byId(rows.unit);
  const buildings = yield* byId(rows.building);
  const floors = yield* byId(rows.floor);
  const dwellings = new Map<string, DwellingPlace>();
  for (const [index, dwelling] of rows.dwelling.entries()) {
    if (index % rowsPerStep === 0) yield;
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
  return { buildings, units, dwellings };
}

/** Builds the lookups of devices, in steps. */
export function* buildDevices(
  devices: readonly Device[],
): Generator<void, Pick<CommunityParts, 'devices' | 'byAddress' | 'byResident' | 'byDwelling'>> {
  const byAddress = new Map<string, Device>();
  for (const [index, device] of devices.entries()) {
    if (index % rowsPerStep === 0) yield;
    byAddress.set(device.address, device);
  }
  return {
    devices: yield* byId(devices),
    byAddress,
    byResident: yield* groupsOf(devices, ({ resident }) => resident),
    byDwelling: yield* groupsOf(devices, ({ dwelling }) => dwelling),
  };
}

/** Builds the lookups over the rows of a community, in time linear in them, in steps. */
export function* buildCommunityRegistry(rows: CommunityRows): Generator<void, CommunityRegistry> {
  const places = yield* buildPlaces(rows);
  const devices: Device[] = [];
  for (const [index, row] of rows.device.entries()) {
    if (index % rowsPerStep === 0) yield;
    devices.push({ ...row, placeLabel: placeLabelOf(row, places) });
  }
  const rights = yield* groupsOf(rows.person_right, ({ person }) => person);
  const people = new Map<string, Person>();
  for (const [index, person] of rows.person.entries()) {
    if (index % rowsPerStep === 0) yield;
    people.set(person.id, withRights(person, rights.get(person.id) ?? []));
  }
  return fromParts({
    community: rows.community,
    gateways: yield* byId(rows.gateway),
    ...places,
    residents: yield* byId(rows.resident),
    ...(yield* buildDevices(devices)),
    residentsByDwelling: yield* groupsOf(rows.resident, ({ dwelling }) => dwelling),
    people,
    consents: yield* groupsOf(rows.consent, ({ person }) => person),
    removals: new Map(rows.taken_out?.map(({ part, id, at, by }) => [removalKey(part, id), { at, by }])),
  });
}

/** Builds the lookups in one go. */
export function createCommunityRegistry(rows: CommunityRows): CommunityRegistry {
  return runAtOnce(buildCommunityRegistry(rows));
}

/** A person with what they may do. */
export function withRights(
  person: RegistryTables['person'],
  rights: readonly RegistryTables['person_right'][],
): Person {
  return { ...person, rights: rights.map(({ role, scope }) => ({ role, scope })) };
}

/** The lookups over these parts. */
export function fromParts(own: CommunityParts): CommunityRegistry {
  const { byAddress, consents, removals } = own;
  const registry: CommunityRegistry = {
    community: own.community,
    gateways: own.gateways,
    buildings: own.buildings,
    units: own.units,
    dwellings: own.dwellings,
    residents: own.residents,
    devices: own.devices,
    people: own.people,
    findDevice: (address) => byAddress.get(address) ?? byAddress.get(address.split('/', 1)[0] ?? address),
    devicesOfResident: (resident) => own.byResident.get(resident) ?? [],
    devicesOfDwelling: (dwelling) => own.byDwelling.get(dwelling) ?? [],
    residentsOfDwelling: (dwelling) => own.residentsByDwelling.get(dwelling) ?? [],
    consentsOf: (person) => (consents.get(person) ?? []).map(toConsent),
    removalOf: (part, id) => removals.get(removalKey(part, id)),
  };
  parts.set(registry, own);
  return registry;
}

/** The place of a device in words. */
export function placeLabelOf(
  device: CommunityRows['device'][number],
  { units, buildings, dwellings }: Places,
): string {
  const dwelling = device.dwelling ? dwellings.get(device.dwelling) : undefined;
  if (dwelling) return dwelling.label;
  const unit = device.unit ? units.get(device.unit) : undefined;
  const building = buildings.get(device.building ?? unit?.building ?? '')?.name ?? '';
  return `${building}${unit?.name ?? ''} ${device.name}`.trim();
}

function* byId<T extends { id: string }>(rows: readonly T[]): Generator<void, Map<string, T>> {
  const found = new Map<string, T>();
  for (const [index, row] of rows.entries()) {
    if (index % rowsPerStep === 0) yield;
    found.set(row.id, row);
  }
  return found;
}

function* groupsOf<T>(
  rows: readonly T[],
  keyOf: (row: T) => string | null,
): Generator<void, Map<string, T[]>> {
  const groups = new Map<string, T[]>();
  for (const [index, row] of rows.entries()) {
    if (index % rowsPerStep === 0) yield;
    const key = keyOf(row);
    const group = key === null ? undefined : groups.get(key);
    if (group) group.push(row);
    else if (key !== null) groups.set(key, [row]);
  }
  return groups;
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
