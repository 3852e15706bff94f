import { isObject } from '../json-of-devices.ts';

/** How a device is asked to lock and to unlock. */
export interface Lock {
  locked: unknown;
  unlocked: unknown;
}

/** A siren's own end: how its duration is written, in which unit and within which bounds. */
export interface OwnDuration {
  property: string;
  unitS: number;
  min: number;
  max: number;
}

/** How a siren is started and stopped; without `duration` it sounds until it is stopped. */
export interface Siren {
  start: Record<string, unknown>;
  stop: Record<string, unknown>;
  duration?: OwnDuration;
  /** Where its start and stop are written among others, e.g. `warning`. */
  within?: string;
  /** The key by which it tells whether it sounds, and what that says; absent where it says nothing. */
  reports?: { key: string; on: unknown; off: unknown };
}

/** What a device can be asked to do. */
export interface Actuators {
  lock?: Lock;
  siren?: Siren;
}

type Entry = Record<string, unknown>;

const publishedBit = 1;
const settableBit = 2;
const secondsOf: ReadonlyMap<unknown, number> = new Map([
  ['s', 1],
  ['sec', 1],
  ['second', 1],
  ['seconds', 1],
  ['min', 60],
  ['minutes', 60],
]);
const alarmNames = ['alarm', 'siren'];
/** Modes of a `warning`, the one that fits any danger first. */
const modes = ['emergency', 'burglar', 'fire'];

/** Reads what a device exposes for locks and sirens. */
export function readActuators(exposes: unknown): Actuators {
  const entries = Array.isArray(exposes) ? exposes.filter(isObject) : [];
  const lock = readLock(entries);
  const reporting = readAlarm(entries, publishedBit | settableBit);
  const siren = reporting ?? readWarning(entries) ?? readAlarm(entries, settableBit);
  return { ...(lock && { lock }), ...(siren && { siren }) };
}

/** A child lock lists as `lock` too: a door's is the one whose state is `state`. */
function readLock(entries: Entry[]): Lock | undefined {
  const state = entries
    .filter(({ type }) => type === 'lock')
    .flatMap(featuresOf)
    .find((feature) => feature.property === 'state' && can(feature, settableBit));
  return state && { locked: state.value_on ?? 'LOCK', unlocked: state.value_off ?? 'UNLOCK' };
}

function readAlarm(entries: Entry[], access: number): Siren | undefined {
  const alarm = entries.find(
    (entry) =>
      entry.type === 'binary' &&
      typeof entry.property === 'string' &&
      alarmNames.includes(String(entry.name)) &&
      can(entry, access),
  );
  if (!alarm) return undefined;
  const key = String(alarm.property);
  const { value_on: on = true, value_off: off = false } = alarm;
  const duration = readDuration(entries);
  return {
    start: { [key]: on },
    stop: { [key]: off },
    ...(duration && { duration }),
    ...(can(alarm, publishedBit) && { reports: { key, on, off } }),
  };
}

/** @see `exposes.warning()` of zigbee-herdsman-converters: it can be set and says nothing. */
function readWarning(entries: Entry[]): Siren | undefined {
  const warning = entries.find(({ type, property }) => type === 'composite' && property === 'warning');
  if (!warning) return undefined;
  const features = featuresOf(warning);
  const valuesOf = (wanted: string): unknown[] => {
    const values = features.find(({ property }) => property === wanted)?.values;
    return Array.isArray(values) ? values : [];
  };
  const offered = valuesOf('mode');
  const mode = modes.find((each) => offered.includes(each));
  if (mode === undefined || !offered.includes('stop')) return undefined;
  const level = valuesOf('level').at(-1);
  const duration = readDuration(features);
  return {
    within: 'warning',
    start: { mode, ...(level !== undefined && { level }), strobe: true },
    stop: { mode: 'stop', strobe: false },
    ...(duration && { duration }),
  };
}

function readDuration(entries: Entry[]): OwnDuration | undefined {
  const duration = entries.find(
    (entry) => entry.type === 'numeric' && entry.name === 'duration' && can(entry, settableBit),
  );
  const unitS = secondsOf.get(duration?.unit);
  if (!duration || typeof duration.property !== 'string' || unitS === undefined) return undefined;
  const { value_min: min, value_max: max } = duration;
  return {
    property: duration.property,
    unitS,
    min: typeof min === 'number' ? min : 0,
    max: typeof max === 'number' ? max : Number.MAX_SAFE_INTEGER,
  };
}

function featuresOf({ features }: Entry): Entry[] {
  return Array.isArray(features) ? features.filter(isObject) : [];
}

function can({ access }: Entry, bits: number): boolean {
  return typeof access === 'number' && (access & bits) === bits;
}
