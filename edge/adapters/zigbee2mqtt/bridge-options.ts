import { isObject } from '../json-of-devices.ts';
import { protocol } from './config.ts';

/** What Zigbee2MQTT's configuration says of a device, as far as it decides what of its states is cached. */
export interface DeviceOptions {
  /** Regular expressions of keys that are left out of the cache. */
  filteredCache: string[];
  /** Messages of the device are joined. */
  isDebounced: boolean;
  /** Messages of the device may be left out: with a filter, a press would be lost with them. */
  isThrottled: boolean;
}

/** What `bridge/info` tells. */
export interface BridgeInfo {
  /** False where this Zigbee2MQTT does not know `filtered_cache`, though it would answer `ok`. */
  canFilter: boolean;
  /** Undefined for a device that is not in the configuration. */
  optionsOf(address: string): DeviceOptions | undefined;
}

/** Reads `bridge/info`. @returns Undefined where it holds no configuration. */
export function readBridgeInfo(info: unknown): BridgeInfo | undefined {
  const config = objectAt(info, 'config');
  const devices = objectAt(config, 'devices');
  if (!devices) return undefined;
  const general = objectAt(config, 'device_options') ?? {};
  const known = objectAt(
    objectAt(objectAt(objectAt(info, 'config_schema'), 'definitions'), 'device'),
    'properties',
  );
  return {
    canFilter: !known || Object.hasOwn(known, 'filtered_cache'),
    optionsOf: (address) => {
      const own = objectAt(devices, ieeeOf(address));
      return own && readDeviceOptions({ ...general, ...own });
    },
  };
}

/** How the bridge writes states, by `bridge/info`: `json`, `attribute` (a topic a key, no state) or both. */
export function readOutput(info: unknown): string | undefined {
  const config = objectAt(info, 'config');
  const output = objectAt(config, 'advanced')?.output ?? objectAt(config, 'experimental')?.output;
  return typeof output === 'string' ? output : undefined;
}

/** Reads a device's options as they hold: its own before the general ones. */
export function readDeviceOptions(options: Record<string, unknown>): DeviceOptions {
  const { filtered_cache: filters, debounce, throttle } = options;
  const strings = Array.isArray(filters) ? filters.filter((each) => typeof each === 'string') : [];
  return {
    filteredCache: strings.slice(0, maxFilters),
    isDebounced: typeof debounce === 'number' && debounce > 0,
    isThrottled: typeof throttle === 'number' && throttle > 0,
  };
}

/** Most filters of one device that are read; nobody writes so many. */
const maxFilters = 100;

/** True where a filter that names the key alone leaves it out of the cache; others are not looked into. */
export function isFiltered(key: string, filters: readonly string[]): boolean {
  return filters.includes(filterOf(key)) || filters.includes(key);
}

/** The filter that leaves one key out. */
export function filterOf(key: string): string {
  return `^${key}$`;
}

/** IEEE address as Zigbee2MQTT writes it. */
export function ieeeOf(address: string): string {
  return `0x${address.slice(protocol.length + 1)}`;
}

function objectAt(value: unknown, key: string): Record<string, unknown> | undefined {
  const inner = isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  return isObject(inner) ? inner : undefined;
}
