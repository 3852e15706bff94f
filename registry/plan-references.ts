import { readDeviceAddress } from '#contracts/device-address.ts';
import { knownWords } from './nearest.ts';
import { addressFault } from './plan-addresses.ts';
import { shown } from './plan-shape.ts';
import { timezoneFault } from './plan-timezone.ts';
import type { PlanFault, PlanPath } from './plan-tree.ts';

/** An entry of a list, as far as it can be read. */
interface Entry {
  path: PlanPath;
  fields: Record<string, unknown>;
  /** Of a nested list, the entry that contains it. */
  parent?: Entry;
}

/** The lists of a plan, those within buildings flattened. */
function listsOf(plan: unknown) {
  const top: Entry = { path: [], fields: isObject(plan) ? plan : {} };
  const buildings = entriesOf(top, 'buildings');
  const units = buildings.flatMap((building) => entriesOf(building, 'units'));
  const floors = units.flatMap((unit) => entriesOf(unit, 'floors'));
  return {
    grids: entriesOf(top, 'grids'),
    buildings,
    units,
    floors,
    dwellings: floors.flatMap((floor) => entriesOf(floor, 'dwellings')),
    residents: entriesOf(top, 'residents'),
    gateways: entriesOf(top, 'gateways'),
    devices: entriesOf(top, 'devices'),
    people: entriesOf(top, 'people'),
    consents: entriesOf(top, 'consents'),
  };
}
type Lists = ReturnType<typeof listsOf>;

/** Lists whose entries have an id, with what an entry is called. */
const named = {
  grids: 'grid',
  buildings: 'building',
  units: 'unit',
  floors: 'floor',
  dwellings: 'dwelling',
  residents: 'resident',
  gateways: 'gateway',
  devices: 'device',
  people: 'person',
} as const;
type Named = keyof typeof named;

/**
 * Finds contradictions in a plan: duplicate ids, references to missing entries, devices with contradicting places,
 * addresses that cannot be parsed or belong to two devices, an unknown time zone.
 *
 * @param plan Any value: parts of a wrong shape are skipped here, since `plan-shape.ts` reports them.
 */
export function referenceFaults(plan: unknown): PlanFault[] {
  const lists = listsOf(plan);
  const community = isObject(plan) && isObject(plan.community) ? plan.community : {};
  return [
    ...timezoneFault(community.timezone, ['community', 'timezone']),
    ...(Object.keys(named) as Named[]).flatMap((list) => doubledIds(lists[list], named[list])),
    ...missingReferences(lists),
    ...contradictingPlaces(lists),
    ...addressFaults(lists.devices),
    ...rightFaults(lists),
    ...doubledConsents(lists.consents),
  ];
}

function doubledIds(entries: readonly Entry[], what: string): PlanFault[] {
  const seen = new Map<string, Entry>();
  return entries.flatMap((entry) => {
    const id = textAt(entry, 'id');
    const first = id === undefined ? undefined : seen.get(id);
    if (id !== undefined && !first) seen.set(id, entry);
    return first ? [fault(entry, 'id', `"${id}" is another ${what}'s id too: ${pathWords(first.path)}`)] : [];
  });
}

/** List, field and the list that the field names an entry of. */
const references: readonly (readonly [keyof Lists, string, Named])[] = [
  ['dwellings', 'grid', 'grids'],
  ['residents', 'dwelling', 'dwellings'],
  ['devices', 'gateway', 'gateways'],
  ['devices', 'building', 'buildings'],
  ['devices', 'unit', 'units'],
  ['devices', 'dwelling', 'dwellings'],
  ['devices', 'resident', 'residents'],
  ['consents', 'resident', 'residents'],
  ['consents', 'person', 'people'],
];

function missingReferences(lists: Lists): PlanFault[] {
  const ids = idsOf(lists);
  return references.flatMap(([list, field, target]) =>
    lists[list].flatMap((entry) => {
      const id = textAt(entry, field);
      if (id === undefined || ids[target].has(id)) return [];
      return [
        fault(
          entry,
          field,
          `no ${named[target]} ${shown(id)} in this plan${knownWords(id, [...ids[target]])}`,
        ),
      ];
    }),
  );
}

function idsOf(lists: Lists): Record<Named, Set<string>> {
  const entries = (Object.keys(named) as Named[]).map((list) => {
    const ids = lists[list].flatMap((entry) => textAt(entry, 'id') ?? []);
    return [list, new Set(ids)] as const;
  });
  return Object.fromEntries(entries) as Record<Named, Set<string>>;
}

/** A device must not name two places: an alarm has to leave no doubt about where it is. */
function contradictingPlaces({ units, dwellings, residents, devices }: Lists): PlanFault[] {
  const buildingOfUnit = byId(units, ({ parent }) => textAt(parent, 'id'));
  const unitOfDwelling = byId(dwellings, ({ parent }) => textAt(parent?.parent, 'id'));
  const dwellingOfResident = byId(residents, (resident) => textAt(resident, 'dwelling'));
  return devices.flatMap((device) => {
    const [building, unit, dwelling, resident] = ['building', 'unit', 'dwelling', 'resident'].map((field) =>
      textAt(device, field),
    );
    const home = resident === undefined ? undefined : dwellingOfResident.get(resident);
    const unitOfHome = dwelling === undefined ? undefined : unitOfDwelling.get(dwelling);
    const ofUnit = buildingOfUnit.get(unit ?? unitOfHome ?? '');
    return [
      ...(differ(dwelling, home)
        ? [fault(device, 'resident', `"${resident}" lives in "${home}", the device is in "${dwelling}"`)]
        : []),
      ...(differ(unit, unitOfHome)
        ? [fault(device, 'dwelling', `"${dwelling}" is in unit "${unitOfHome}", not in "${unit}"`)]
        : []),
      ...(differ(building, ofUnit)
        ? [
            fault(
              device,
              'building',
              `unit "${unit ?? unitOfHome}" is in building "${ofUnit}", not in "${building}"`,
            ),
          ]
        : []),
    ];
  });
}

function differ(one: string | undefined, other: string | undefined): boolean {
  return one !== undefined && other !== undefined && one !== other;
}

function addressFaults(devices: readonly Entry[]): PlanFault[] {
  const owners = new Map<string, string>();
  return devices.flatMap((device) => {
    const given = textAt(device, 'address');
    if (given === undefined) return [];
    const read = readDeviceAddress(given);
    if (!read.ok) return [fault(device, 'address', addressFault(given, read))];
    const owner = owners.get(read.address);
    if (owner !== undefined)
      return [fault(device, 'address', `"${read.address}" is the address of "${owner}" already`)];
    owners.set(read.address, textAt(device, 'id') ?? pathWords(device.path));
    return [];
  });
}

function rightFaults(lists: Lists): PlanFault[] {
  const { residents } = idsOf(lists);
  return lists.people.flatMap((person) =>
    entriesOf(person, 'rights').flatMap((right) => {
      const scope = textAt(right, 'scope') ?? '';
      const role = textAt(right, 'role');
      if (role !== 'family') {
        return scope === ''
          ? []
          : [fault(right, 'scope', `a ${role} is one of the whole community: leave scope out`)];
      }
      if (scope === '')
        return [fault(right, 'role', 'family needs a scope: the resident whose family it is')];
      if (residents.has(scope)) return [];
      return [
        fault(right, 'scope', `no resident ${shown(scope)} in this plan${knownWords(scope, [...residents])}`),
      ];
    }),
  );
}

function doubledConsents(consents: readonly Entry[]): PlanFault[] {
  const seen = new Set<string>();
  return consents.flatMap((consent) => {
    const pair = JSON.stringify([textAt(consent, 'resident'), textAt(consent, 'person')]);
    if (!seen.has(pair)) {
      seen.add(pair);
      return [];
    }
    return [fault(consent, 'person', 'this resident and person have another consent above; keep one')];
  });
}

function fault({ path }: Entry, field: string, words: string): PlanFault {
  return { path: [...path, field], words };
}

/** A path as it is written in a message: `devices[3].address`. */
export function pathWords(path: PlanPath): string {
  return path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`))
    .join('')
    .replace(/^\./, '');
}

function byId(entries: readonly Entry[], read: (entry: Entry) => string | undefined): Map<string, string> {
  return new Map(
    entries.flatMap((entry) => {
      const [id, value] = [textAt(entry, 'id'), read(entry)];
      return id === undefined || value === undefined ? [] : [[id, value] as const];
    }),
  );
}

function entriesOf(parent: Entry, list: string): Entry[] {
  const values = parent.fields[list];
  if (!Array.isArray(values)) return [];
  return values.flatMap((fields, index) =>
    isObject(fields) ? [{ path: [...parent.path, list, index], fields, parent }] : [],
  );
}

function textAt(entry: Entry | undefined, field: string): string | undefined {
  const value = entry?.fields[field];
  return typeof value === 'string' ? value : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
