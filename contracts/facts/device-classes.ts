import { type Static, Type } from 'typebox';
import type { EventKind } from './event-kinds.ts';
import type { Level } from './levels.ts';

/** What a device can be asked to do at the place where it is. */
export const deviceActions = ['open-door', 'lock-door', 'start-siren', 'stop-siren'] as const;
export type DeviceAction = (typeof deviceActions)[number];

/** What the platform knows of a class of devices; to add a class, add a line to `deviceClasses`. */
export interface DeviceClassFacts {
  /** What it is called within a sentence. */
  zh: string;
  en: string;
  /** Names the setting that says how long it may be silent before it is stale: `<silence>StaleMs`. */
  silence: 'watch' | 'gate' | 'firePanel' | 'detector' | 'gasDetector' | 'actuator' | 'zigbeeBridge';
  /** Level of the warning that it is silent, where that is not the level of `device-stale`. */
  silentLevel?: Level;
  /** What people may ask it to do. */
  actions?: readonly DeviceAction[];
  /** Those of them that the console has a button for; all of them where absent. */
  buttons?: readonly DeviceAction[];
  /** Protocol whose devices are nearly all of this class. */
  protocol?: string;
  /** Kinds of event that tell a device of this class where the protocol has devices of several classes. */
  says?: readonly EventKind[];
}

/** Every class of device. */
export const deviceClasses = {
  watch: { zh: '手表', en: 'watch', silence: 'watch', protocol: 'watch-3g' },
  gate: {
    zh: '门禁',
    en: 'gate',
    silence: 'gate',
    actions: ['open-door'],
    protocol: 'hikvision-isapi',
  },
  // A silent fire panel watches over a whole building, a silent watch over one person.
  'fire-panel': {
    zh: '消防主机',
    en: 'fire panel',
    silence: 'firePanel',
    silentLevel: 'orange',
    protocol: 'gb26875',
  },
  'smoke-detector': { zh: '烟感', en: 'smoke detector', silence: 'detector', says: ['smoke'] },
  'gas-detector': {
    zh: '燃气探测器',
    en: 'gas detector',
    silence: 'gasDetector',
    says: ['gas', 'carbon-monoxide'],
  },
  'water-sensor': { zh: '水浸传感器', en: 'water leak sensor', silence: 'detector', says: ['water-leak'] },
  'door-sensor': {
    zh: '门磁',
    en: 'door sensor',
    silence: 'detector',
    says: ['door-opened', 'door-closed', 'door-forced'],
  },
  'motion-sensor': { zh: '人体传感器', en: 'motion sensor', silence: 'detector', says: ['motion'] },
  'sos-button': {
    zh: '求救按钮',
    en: 'SOS button',
    silence: 'detector',
    says: ['sos', 'emergency-button'],
  },
  lock: {
    zh: '门锁',
    en: 'lock',
    silence: 'actuator',
    actions: ['lock-door', 'open-door'],
    buttons: ['lock-door'],
  },
  siren: { zh: '警号', en: 'siren', silence: 'actuator', actions: ['start-siren', 'stop-siren'] },
  'zigbee-bridge': { zh: 'Zigbee 网桥', en: 'Zigbee bridge', silence: 'zigbeeBridge' },
} as const satisfies Record<string, DeviceClassFacts>;

/** Their names. */
export const deviceClassNames = Object.keys(deviceClasses) as (keyof typeof deviceClasses)[];
export const DeviceClass = Type.Enum(deviceClassNames);
export type DeviceClass = Static<typeof DeviceClass>;

const facts: ReadonlyMap<string, DeviceClassFacts> = new Map(Object.entries(deviceClasses));

/** The facts of a class; undefined for a text that names none. */
export function deviceClassFacts(name: string): DeviceClassFacts | undefined {
  return facts.get(name);
}

/**
 * What a device most likely is: some protocols have devices of one class alone, else its event says.
 *
 * @param address As its adapter writes it, `zigbee2mqtt:00124b0000000001`.
 */
export function guessDeviceClass(address: string | undefined, kind?: EventKind): DeviceClass | undefined {
  const protocol = address?.split(':')[0];
  const found =
    deviceClassNames.find((name) => protocol && facts.get(name)?.protocol === protocol) ??
    deviceClassNames.find((name) => kind && facts.get(name)?.says?.includes(kind));
  return found;
}
