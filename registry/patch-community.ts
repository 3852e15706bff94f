import { withChanges } from '#runtime/overlay-map.ts';
import {
  buildDevices,
  buildPlaces,
  type Community,
  type CommunityParts,
  type CommunityRegistry,
  type CommunityRows,
  type Device,
  fromParts,
  type Person,
  partsOf,
  placeLabelOf,
  type Resident,
  rowsPerStep,
} from './community-registry.ts';
import type { Removal } from './removals.ts';
import type { RegistryTables } from './tables.ts';

/** Changed rows, by id; an id without a row was deleted. Places are applied by `withPlaces`. */
export interface CommunityPatch {
  community?: Community;
  gateways?: ReadonlyMap<string, RegistryTables['gateway'] | undefined>;
  residents?: ReadonlyMap<string, Resident | undefined>;
  devices?: ReadonlyMap<string, CommunityRows['device'][number] | undefined>;
  people?: ReadonlyMap<string, Person | undefined>;
  /** All consents of a relative, by the relative. */
  consents?: ReadonlyMap<string, readonly RegistryTables['consent'][] | undefined>;
  /** By `removalKey`. */
  removals?: ReadonlyMap<string, Removal | undefined>;
}

/** The lookups after some rows changed; what did not change is shared with those before. */
export function patchCommunityRegistry(before: CommunityRegistry, patch: CommunityPatch): CommunityRegistry {
  const parts = partsOf(before);
  const devices = patch.devices && labelled(patch.devices, parts);
  return fromParts({
    ...parts,
    community: patch.community ?? parts.community,
    gateways: withChanges(parts.gateways, patch.gateways),
    residents: withChanges(parts.residents, patch.residents),
    residentsByDwelling: regrouped(parts.residentsByDwelling, {
      before: parts.residents,
      changes: patch.residents,
      keyOf: ({ dwelling }) => dwelling,
    }),
    devices: withChanges(parts.devices, devices),
    byAddress: devices ? patchedAddresses(parts, devices) : parts.byAddress,
    byResident: regrouped(parts.byResident, {
      before: parts.devices,
      changes: devices,
      keyOf: ({ resident }) => resident,
    }),
    byDwelling: regrouped(parts.byDwelling, {
      before: parts.devices,
      changes: devices,
      keyOf: ({ dwelling }) => dwelling,
    }),
    people: withChanges(parts.people, patch.people),
    consents: withChanges(parts.consents, patch.consents),
    removals: withChanges(parts.removals, patch.removals),
  });
}

/**
 * The lookups after places changed, in steps: a device whose place reads as before stays the same object.
 *
 * @param rows All places of the community.
 */
export function* withPlaces(
  before: CommunityRegistry,
  rows: Parameters<typeof buildPlaces>[0],
): Generator<void, CommunityRegistry> {
  const parts = partsOf(before);
  const places = yield* buildPlaces(rows);
  const moved = new Map<string, Device>();
  let seen = 0;
  for (const device of parts.devices.values()) {
    if (seen++ % rowsPerStep === 0) yield;
    const placeLabel = placeLabelOf(device, places);
    if (placeLabel !== device.placeLabel) moved.set(device.id, { ...device, placeLabel });
  }
  const placed = fromParts({ ...parts, ...places });
  if (moved.size <= maxShared) return patchCommunityRegistry(placed, { devices: moved });
  const devices: Device[] = [];
  for (const device of parts.devices.values()) {
    if (devices.length % rowsPerStep === 0) yield;
    devices.push(moved.get(device.id) ?? device);
  }
  return fromParts({ ...partsOf(placed), ...(yield* buildDevices(devices)) });
}

/**
 * The lookups after everything was read again, in steps: what did not change stays the same object, so that followers
 * look only at changes.
 */
export function* sharingUnchanged(
  before: CommunityRegistry,
  after: CommunityRegistry,
): Generator<void, CommunityRegistry> {
  const [old, parts] = [partsOf(before), partsOf(after)];
  return fromParts({
    ...parts,
    gateways: yield* shared(old.gateways, parts.gateways),
    residents: yield* shared(old.residents, parts.residents),
    devices: yield* shared(old.devices, parts.devices),
    people: yield* shared(old.people, parts.people),
  });
}

/** With more differences than this the new map is used unchanged. */
const maxShared = 1000;

function* shared<T extends object>(
  before: ReadonlyMap<string, T>,
  after: ReadonlyMap<string, T>,
): Generator<void, ReadonlyMap<string, T>> {
  const changes = new Map<string, T | undefined>();
  let seen = 0;
  for (const [key, value] of after) {
    if (seen++ % rowsPerStep === 0) yield;
    const old = before.get(key);
    if (old === undefined || !isSameRow(old, value)) changes.set(key, value);
    if (changes.size > maxShared) return after;
  }
  for (const key of before.keys()) {
    if (seen++ % rowsPerStep === 0) yield;
    if (!after.has(key)) changes.set(key, undefined);
  }
  return withChanges(before, changes);
}

function isSameRow(one: object, other: object): boolean {
  const [columns, others] = [Object.entries(one), Object.entries(other)];
  if (columns.length !== others.length) return false;
  return columns.every(([column, value]) => {
    const second = (other as Record<string, unknown>)[column];
    return value === second || (Array.isArray(value) && JSON.stringify(value) === JSON.stringify(second));
  });
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
): ReadonlyMap<string, Device> {
  const changes = new Map<string, Device | undefined>();
  for (const id of devices.keys()) changes.set(before.get(id)?.address ?? '', undefined);
  for (const device of devices.values()) if (device) changes.set(device.address, device);
  return withChanges(byAddress, changes);
}

/** Groups after some of their members changed. */
function regrouped<T extends { id: string }>(
  groups: ReadonlyMap<string, readonly T[]>,
  members: {
    before: ReadonlyMap<string, T>;
    changes: ReadonlyMap<string, T | undefined> | undefined;
    keyOf: (member: T) => string | null;
  },
): ReadonlyMap<string, readonly T[]> {
  const { before, changes, keyOf } = members;
  const next = new Map<string, readonly T[]>();
  for (const [id, after] of changes ?? []) {
    const old = before.get(id);
    for (const member of [old, after]) {
      const key = member && keyOf(member);
      if (key)
        next.set(
          key,
          (next.get(key) ?? groups.get(key) ?? []).filter((one) => one.id !== id),
        );
    }
    const key = after && keyOf(after);
    if (after && key) next.set(key, [...(next.get(key) ?? []), after]);
  }
  return withChanges(groups, next);
}
