import { type EventKind, factsOf } from '#contracts/facts/event-kinds.ts';
import type { Quantity } from '#contracts/facts/quantities.ts';
import type { KnownDevice } from './bridge-devices.ts';
import { type DangerValues, interpretValue, sayUndocumented, sortValues } from './danger-values.ts';
import { isMotionKey } from './danger-words.ts';
import { dangerKeyByName, isMeasured } from './definition-facts.ts';
import type { DangerKey, ExposedKey } from './read-definition.ts';

/** What a value of a condition says: it holds, it does not, nothing either way; undefined where it cannot be read. */
export type ReadValue = boolean | 'neither' | undefined;

/** What a key of a state means. */
export type KeyMeaning =
  | { type: 'condition'; begins: EventKind; ends?: EventKind; isActive: (value: unknown) => ReadValue }
  | { type: 'reading'; quantity: Quantity; scale: number };

type Condition = Extract<KeyMeaning, { type: 'condition' }>;

/** Binary keys that tell no danger to life, and `ends` where another kind says the end. */
const conditions: ReadonlyMap<string, { begins: EventKind; ends?: EventKind; on?: boolean }> = new Map([
  ['tamper', { begins: 'tamper' }],
  ['battery_low', { begins: 'low-battery' }],
  ['test', { begins: 'panel-test' }],
  ['vibration', { begins: 'vibration' }],
  // True is closed: the contact of the reed switch, not the opening.
  ['contact', { begins: 'door-opened', ends: 'door-closed', on: false }],
]);

const readings: ReadonlyMap<string, { quantity: Quantity; scale?: number }> = new Map([
  ['battery', { quantity: 'battery' }],
  ['voltage', { quantity: 'voltage' }],
  ['temperature', { quantity: 'temperature' }],
  ['humidity', { quantity: 'humidity' }],
  ['linkquality', { quantity: 'signal-strength', scale: 100 / 255 }],
]);

/** Furthest from 0 that a reading may be. @see Reading */
const maxReading = 1e12;

/**
 * What a key means by what its device exposes; by the table of keys where it exposes nothing, or leaves out a danger
 * that its converter tells all the same.
 */
export function meaningOf(key: string, device: KnownDevice): KeyMeaning | undefined {
  const exposed = device.exposes?.get(key);
  const danger = exposed ? device.dangerKeys?.get(key) : dangerKeyByName(key, device.model);
  if (danger) return dangerOf(key, danger, exposed !== undefined);
  if (device.exposes && !exposed) return undefined;
  return motionOf(key, exposed) ?? conditionOf(key, exposed) ?? readingOf(key, exposed);
}

/** True of a kind of which no word may be lost: what cannot be read of it calls a person. */
export function isDanger(kind: EventKind): boolean {
  return factsOf(kind).lifeSafety === true || kind === 'water-leak';
}

/** A reading as a number; undefined for what is none. Some converters write it as text. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  const isNumber = typeof value === 'string' && /^\s*[+-]?\d+(\.\d+)?\s*$/.test(value);
  return isNumber ? Number(value) : undefined;
}

/** Whether a record can carry a reading; what it cannot carry costs itself alone. */
export function isInRange(value: number): boolean {
  return Math.abs(value) <= maxReading;
}

function dangerOf(key: string, danger: DangerKey, isExposed: boolean): Condition {
  const isActive = (value: unknown) => {
    // Of a meter in no list, 1 is a cubic metre and no alarm.
    if (!isExposed && typeof value === 'number' && isMeasured(key)) return 'neither';
    const said = interpretValue(value, danger);
    return isExposed || said !== undefined ? said : sayUndocumented(value);
  };
  return { type: 'condition', begins: danger.kind, isActive };
}

function conditionOf(key: string, exposed: ExposedKey | undefined): Condition | undefined {
  const condition = conditions.get((exposed?.name ?? key).replace(/_alarm_\d$/, ''));
  if (!condition || (exposed && exposed.type !== 'binary')) return undefined;
  const { on = true, begins, ends } = condition;
  const values = { danger: [exposed?.valueOn ?? on], none: [exposed?.valueOff ?? !on], neither: [] };
  return {
    type: 'condition',
    begins,
    ...(ends && { ends }),
    isActive: (value) => interpretValue(value, values),
  };
}

/** Somebody is there: a sign of activity. */
function motionOf(key: string, exposed: ExposedKey | undefined): Condition | undefined {
  const { name = key, type = 'binary', values = [] } = exposed ?? {};
  if (!isMotionKey(name) && !isMotionKey(key)) return undefined;
  const reported = motionValues(type, values, exposed);
  return (
    reported && { type: 'condition', begins: 'motion', isActive: (value) => interpretValue(value, reported) }
  );
}

function motionValues(
  type: string,
  values: readonly string[],
  exposed: ExposedKey | undefined,
): DangerValues | undefined {
  if (type === 'enum') return sortValues(values);
  if (type !== 'binary') return undefined;
  return { danger: [exposed?.valueOn ?? true], none: [exposed?.valueOff ?? false], neither: [] };
}

function readingOf(key: string, exposed: ExposedKey | undefined): KeyMeaning | undefined {
  const name = exposed?.name ?? key;
  const reading = readings.get(name);
  if (!reading || (exposed && exposed.type !== 'numeric')) return undefined;
  if (name === 'voltage' && !exposed?.unit) return undefined;
  const scale = exposed?.unit === 'mV' ? 0.001 : (reading.scale ?? 1);
  return { type: 'reading', quantity: reading.quantity, scale };
}
