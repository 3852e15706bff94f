import type { Selectable } from 'kysely';
import type { Retention } from '#contracts/retention.ts';
import { type DataClass, dataClasses } from '#contracts/roles.ts';
import { runAtOnce } from '#runtime/slices.ts';
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

/** All that a community's lookups stand on. */
interface CommunityParts {
  community: Community;
  gateways: ReadonlyMap<string, RegistryTables['gateway']>;
  buildings: ReadonlyMap<string, RegistryTables['building']>;
  units: ReadonlyMap<string, RegistryTables['unit']>;
  dwellings: ReadonlyMap<string, DwellingPlace>;
  residents: ReadonlyMap<string, Resident>;
  devices: ReadonlyMap<string, Device>;
  byAddress: ReadonlyMap<string, Device>;
  people: ReadonlyMap<string, Person>;
  /** By the relative. */
  consents: ReadonlyMap<string, readonly RegistryTables['consent'][]>;
}

/** Rows that changed, by their ids; one without a row is gone. Places are not patched. */
export interface CommunityPatch {
  community?: Community;
  gateways?: ReadonlyMap<string, RegistryTables['gateway'] | undefined>;
  residents?: ReadonlyMap<string, Resident | undefined>;
  devices?: ReadonlyMap<string, CommunityRows['device'][number] | undefined>;
  people?: ReadonlyMap<string, Person | undefined>;
  /** All consents of a relative, by the relative. */
  consents?: ReadonlyMap<string, readonly RegistryTables['consent'][] | undefined>;
}

const partsOf = new WeakMap<CommunityRegistry, CommunityParts>();

/** Rows between two steps of building. */
const rowsPerStep = 200;

/** Builds the lookups over the rows of a community, in time linear in them, in steps. */
export function* buildCommunityRegistry(rows: CommunityRows): Generator<void, CommunityRegistry> {
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
  const devices = new Map<string, Device>();
  const byAddress = new Map<string, Device>();
  for (const [index, row] of rows.device.entries()) {
    if (index % rowsPerStep === 0) yield;
    const device = { ...row, placeLabel: placeLabelOf(row, { units, buildings, dwellings }) };
    devices.set(device.id, device);
    byAddress.set(device.address, device);
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
    buildings,
    units,
    dwellings,
    residents: yield* byId(rows.resident),
    devices,
    byAddress,
    people,
    consents: yield* groupsOf(rows.consent, ({ person }) => person),
  });
}

/** Builds the lookups in one go. */
export function createCommunityRegistry(rows: CommunityRows): CommunityRegistry {
  return runAtOnce(buildCommunityRegistry(rows));
}

/** The lookups after some rows changed; what did not change is shared with those before. */
export function patchCommunityRegistry(before: CommunityRegistry, patch: CommunityPatch): CommunityRegistry {
  const parts = partsOf.get(before);
  if (!parts) throw new TypeError('not a registry of ours');
  const devices = patch.devices && labelled(patch.devices, parts);
  return fromParts({
    ...parts,
    community: patch.community ?? parts.community,
    gateways: patched(parts.gateways, patch.gateways),
    residents: patched(parts.residents, patch.residents),
    devices: patched(parts.devices, devices),
    byAddress: devices ? patchedAddresses(parts, devices) : parts.byAddress,
    people: patched(parts.people, patch.people),
    consents: patched(parts.consents, patch.consents),
  });
}

/** A person with what they may do. */
export function withRights(
  person: RegistryTables['person'],
  rights: readonly RegistryTables['person_right'][],
): Person {
  return { ...person, rights: rights.map(({ role, scope }) => ({ role, scope })) };
}

function fromParts(parts: CommunityParts): CommunityRegistry {
  const { byAddress, consents } = parts;
  const registry: CommunityRegistry = {
    community: parts.community,
    gateways: parts.gateways,
    buildings: parts.buildings,
    units: parts.units,
    dwellings: parts.dwellings,
    residents: parts.residents,
    devices: parts.devices,
    people: parts.people,
    findDevice: (address) => byAddress.get(address) ?? byAddress.get(address.slice(0, address.indexOf('/'))),
    consentsOf: (person) => (consents.get(person) ?? []).map(toConsent),
  };
  partsOf.set(registry, parts);
  return registry;
}

function placeLabelOf(
  device: CommunityRows['device'][number],
  { units, buildings, dwellings }: Pick<CommunityParts, 'units' | 'buildings' | 'dwellings'>,
): string {
  const dwelling = device.dwelling ? dwellings.get(device.dwelling) : undefined;
  if (dwelling) return dwelling.label;
  const unit = device.unit ? units.get(device.unit) : undefined;
  const building = buildings.get(device.building ?? unit?.building ?? '')?.name ?? '';
  return `${building}${unit?.name ?? ''} ${device.name}`.trim();
}

function labelled(
  rows: NonNullable<CommunityPatch['devices']>,
  parts: CommunityParts,
): Map<string, Device | undefined> {
  return new Map(
    [...rows].map(([id, row]) => [id, row && { ...row, placeLabel: placeLabelOf(row, parts) }] as const),
  );
}

/** Two devices may have changed addresses with each other, so all old ones go first. */
function patchedAddresses(
  { devices: before, byAddress }: CommunityParts,
  devices: ReadonlyMap<string, Device | undefined>,
): Map<string, Device> {
  const next = new Map(byAddress);
  for (const id of devices.keys()) next.delete(before.get(id)?.address ?? '');
  for (const device of devices.values()) if (device) next.set(device.address, device);
  return next;
}

function patched<T>(
  before: ReadonlyMap<string, T>,
  changes: ReadonlyMap<string, T | undefined> | undefined,
): ReadonlyMap<string, T> {
  if (!changes) return before;
  const next = new Map(before);
  for (const [key, value] of changes) {
    if (value === undefined) next.delete(key);
    else next.set(key, value);
  }
  return next;
}

function* byId<T extends { id: string }>(rows: readonly T[]): Generator<void, Map<string, T>> {
  const found = new Map<string, T>();
  for (const [index, row] of rows.entries()) {
    if (index % rowsPerStep === 0) yield;
    found.set(row.id, row);
  }
  return found;
}

function* groupsOf<T>(rows: readonly T[], keyOf: (row: T) => string): Generator<void, Map<string, T[]>> {
  const groups = new Map<string, T[]>();
  for (const [index, row] of rows.entries()) {
    if (index % rowsPerStep === 0) yield;
    const group = groups.get(keyOf(row));
    if (group) group.push(row);
    else groups.set(keyOf(row), [row]);
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
