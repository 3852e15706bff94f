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
export type Credential = RegistryTables['credential'];

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

/** All rows of the registry at one revision. */
export interface RegistryRows {
  revision: number;
  community: RegistryTables['community'][];
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
  credential: RegistryTables['credential'][];
  consent: RegistryTables['consent'][];
}

/** The registry at one revision, in memory, for looking up by id and address. Immutable. */
export interface Registry {
  readonly revision: number;
  readonly communities: ReadonlyMap<string, Community>;
  readonly devices: ReadonlyMap<string, Device>;
  readonly dwellings: ReadonlyMap<string, DwellingPlace>;
  readonly residents: ReadonlyMap<string, Resident>;
  readonly people: ReadonlyMap<string, Person>;
  readonly gateways: readonly RegistryTables['gateway'][];
  readonly buildings: readonly RegistryTables['building'][];
  readonly units: readonly RegistryTables['unit'][];
  /**
   * The device of an address in a community. An address with a component part that has no device of its
   * own answers with the device before the `/`.
   */
  findDevice(community: string, address: string): Device | undefined;
  /** What elders share with a relative, one entry an elder. */
  consentsOf(person: string): readonly Consent[];
  findCredential(username: string): Credential | undefined;
}

/** Builds the lookups over a set of rows. */
export function createRegistry(rows: RegistryRows): Registry {
  const unitNames = new Map(rows.unit.map((unit) => [unit.id, unit]));
  const buildingNames = new Map(rows.building.map((building) => [building.id, building.name]));
  const floors = new Map(rows.floor.map((floor) => [floor.id, floor]));

  const dwellings = new Map<string, DwellingPlace>();
  for (const dwelling of rows.dwelling) {
    const floor = floors.get(dwelling.floor);
    const unit = floor && unitNames.get(floor.unit);
    if (!floor || !unit) continue;
    const label = `${buildingNames.get(unit.building) ?? ''}${unit.name}${dwelling.door}`;
    dwellings.set(dwelling.id, {
      building: unit.building,
      unit: unit.id,
      floor: floor.id,
      dwelling: dwelling.id,
      label,
      grid: dwelling.grid,
    });
  }

  const placeOf = (device: RegistryRows['device'][number]): string => {
    const dwelling = device.dwelling ? dwellings.get(device.dwelling) : undefined;
    if (dwelling) return dwelling.label;
    const unit = device.unit ? unitNames.get(device.unit) : undefined;
    const building = buildingNames.get(device.building ?? unit?.building ?? '') ?? '';
    return `${building}${unit?.name ?? ''} ${device.name}`.trim();
  };

  const devices = new Map<string, Device>();
  const byAddress = new Map<string, Device>();
  for (const row of rows.device) {
    const device = { ...row, placeLabel: placeOf(row) };
    devices.set(device.id, device);
    byAddress.set(`${device.community} ${device.address}`, device);
  }

  const people = new Map<string, Person>(
    rows.person.map((person) => [
      person.id,
      {
        ...person,
        rights: rows.person_right
          .filter((right) => right.person === person.id)
          .map(({ role, scope }) => ({ role, scope })),
      },
    ]),
  );
  const consents = Map.groupBy(
    rows.consent.map(({ resident, person, classes, called_as }): Consent => {
      const shared = classes.split(',');
      return {
        resident,
        person,
        classes: dataClasses.filter((one) => shared.includes(one)),
        calledAs: called_as,
      };
    }),
    ({ person }) => person,
  );
  const credentials = new Map(rows.credential.map((credential) => [credential.username, credential]));

  return {
    revision: rows.revision,
    communities: new Map(rows.community.map((community) => [community.id, community])),
    devices,
    dwellings,
    residents: new Map(rows.resident.map((resident) => [resident.id, resident])),
    people,
    gateways: rows.gateway,
    buildings: rows.building,
    units: rows.unit,
    findDevice: (community, address) =>
      byAddress.get(`${community} ${address}`) ??
      byAddress.get(`${community} ${address.slice(0, address.indexOf('/'))}`),
    consentsOf: (person) => consents.get(person) ?? [],
    findCredential: (username) => credentials.get(username),
  };
}
