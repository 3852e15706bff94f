import { createHash } from 'node:crypto';
import { type Actuators, readActuators } from './actuators.ts';
import { maxDevices } from './config.ts';
import { isObject } from './is-object.ts';

/** Protocol name, as in device addresses. */
export const protocol = 'zigbee2mqtt';

/** What a device says of one key of its state. */
export interface ExposedKey {
  type: string;
  /** Name without the endpoint, by which its meaning is known. */
  name: string;
  unit?: string;
  valueOn?: unknown;
  valueOff?: unknown;
}

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
  /** How it is asked to act. */
  actuators?: Actuators;
}

const emergencyModels = /^(HS1EB|SOS-EM|SE2[01])/i;
const emergencyWords = /emergency button|\bsos\b/i;

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
  const exposes = new Map<string, ExposedKey>();
  if (definition) collect(definition.exposes, exposes, 0);
  return {
    address: addressOf(ieee),
    isCoordinator: entry.type === 'Coordinator',
    isEmergencyButton:
      emergencyModels.test(String(definition?.model ?? '')) ||
      emergencyWords.test(String(definition?.description ?? '')),
    ...(typeof definition?.model === 'string' && { model: definition.model }),
    ...(exposes.size > 0 && { exposes, actuators: readActuators(definition?.exposes) }),
  };
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
      ...('value_on' in entry && { valueOn: entry.value_on }),
      ...('value_off' in entry && { valueOff: entry.value_off }),
    });
  }
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
