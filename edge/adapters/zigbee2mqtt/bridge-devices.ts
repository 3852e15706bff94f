import { createHash } from 'node:crypto';
import { isObject } from '../json-of-devices.ts';
import { type Actuators, readActuators } from './actuators.ts';
import { maxDevices, protocol } from './config.ts';
import type { Value } from './danger-values.ts';
import { dangersOfDescription } from './danger-words.ts';
import { type DangerKey, type ExposedKey, type ReadDefinition, readDefinition } from './read-definition.ts';

/** A device as Zigbee2MQTT lists it, or as it speaks by itself. */
export interface KnownDevice {
  address: string;
  isCoordinator: boolean;
  /** Any press of it is a call for help, whatever it calls the press. */
  isEmergencyButton: boolean;
  /** Model as the converters name it, e.g. `SEB01ZB`; absent where the bridge knows none. */
  model?: string;
  /** By key of its state; undefined where nothing is known, so that only booleans are read. */
  exposes?: Map<string, ExposedKey>;
  /** Keys of its state that tell a danger, by what it exposes. */
  dangerKeys?: ReadonlyMap<string, DangerKey>;
  /** It is there for a danger, and nothing that it exposes tells it in a way that can be read. */
  isUnread?: true;
  /** How it is actuated. */
  actuators?: Actuators;
}

const emergencyModels = /^(HS1EB|SOS-EM|SE2[01])/i;
const emergencyWords = /emergency button|panic button|\bsos\b/i;
/** Of their many presses only those named so are calls for help. */
const manyPresses = /keypad|keyboard|remote/i;

/**
 * Reads `bridge/devices`: devices by friendly name, which may contain `/`.
 *
 * @returns Undefined where it is no list.
 */
export function readBridgeDevices(payload: unknown): Map<string, KnownDevice> | undefined {
  if (!Array.isArray(payload)) return undefined;
  const devices = new Map<string, KnownDevice>();
  for (const entry of payload.slice(0, maxDevices)) {
    if (!isObject(entry)) continue;
    const { ieee_address: ieee, friendly_name: name } = entry;
    if (typeof ieee !== 'string' || !/^0x[0-9a-f]{16}$/i.test(ieee)) continue;
    devices.set(typeof name === 'string' && name !== '' ? name : ieee, readDevice(entry, ieee));
  }
  return devices;
}

function readDevice(entry: Record<string, unknown>, ieee: string): KnownDevice {
  const definition = isObject(entry.definition) ? entry.definition : undefined;
  const exposes = readExposes(definition?.exposes);
  const description = String(definition?.description ?? '');
  const read = definition && readDefinition(dangersOfDescription(description), exposes);
  return {
    address: addressOf(ieee),
    isCoordinator: entry.type === 'Coordinator',
    isEmergencyButton:
      emergencyModels.test(String(definition?.model ?? '')) ||
      (emergencyWords.test(description) && !manyPresses.test(description)),
    ...(typeof definition?.model === 'string' && { model: definition.model }),
    ...(read && { dangerKeys: read.dangerKeys }),
    ...(read && (read.isUnread || isNamelessAlarm(definition, exposes, read)) && { isUnread: true }),
    ...(exposes.size > 0 && { exposes, actuators: readActuators(definition?.exposes) }),
  };
}

/** The bridge knows no such model and made up a definition: it has an alarm, and nobody knows of what. */
function isNamelessAlarm(
  { source }: Record<string, unknown>,
  exposes: ReadonlyMap<string, ExposedKey>,
  { dangerKeys }: ReadDefinition,
): boolean {
  const hasAlarm = [...exposes.values()].some(
    ({ name, type }) => type === 'binary' && /^alarm_\d$/.test(name),
  );
  return source === 'generated' && hasAlarm && dangerKeys.size === 0;
}

/** What exposes say, by key of the state. */
export function readExposes(exposes: unknown): Map<string, ExposedKey> {
  const keys = new Map<string, ExposedKey>();
  collect(exposes, keys, 0);
  return keys;
}

/** Locks and switches have no key of their own: theirs are among their features. */
function collect(entries: unknown, into: Map<string, ExposedKey>, depth: number): void {
  if (!Array.isArray(entries) || depth > 4) return;
  for (const entry of entries) {
    if (!isObject(entry)) continue;
    collect(entry.features, into, depth + 1);
    const { property, type } = entry;
    if (typeof property !== 'string' || typeof type !== 'string') continue;
    into.set(property, {
      type,
      name: typeof entry.name === 'string' ? entry.name : property,
      ...(typeof entry.unit === 'string' && { unit: entry.unit }),
      ...(isValue(entry.value_on) && { valueOn: entry.value_on }),
      ...(isValue(entry.value_off) && { valueOff: entry.value_off }),
      ...(Array.isArray(entry.values) && { values: entry.values.filter(isValue).map(String) }),
      ...(typeof entry.access === 'number' && { access: entry.access }),
    });
  }
}

function isValue(value: unknown): value is Value {
  return typeof value === 'boolean' || typeof value === 'number' || typeof value === 'string';
}

function addressOf(ieee: string): string {
  return `${protocol}:${ieee.slice(2).toLowerCase()}`;
}

/** A device that is in no list: it speaks MQTT itself, or the list has not come yet. */
export function deviceByTopic(name: string): KnownDevice {
  const isIeee = /^0x[0-9a-f]{16}$/i.test(name);
  return {
    address: isIeee ? addressOf(name) : namedAddress(name),
    isCoordinator: false,
    isEmergencyButton: false,
  };
}

/** Names that differ only in what an address cannot carry must not become one device. */
function namedAddress(name: string): string {
  const plain = name.replaceAll(/[^A-Za-z0-9._-]/g, '-');
  if (plain === name && plain.length <= 64) return `${protocol}:${plain}`;
  const digest = createHash('sha256').update(name).digest('hex').slice(0, 12);
  return `${protocol}:${plain.slice(0, 48)}-${digest}`;
}
