import type { Device } from '#registry/registry.ts';
import type { Words } from './duration-words.ts';

const classes: Record<string, Words> = {
  watch: { zh: '手表', en: 'watch' },
  gate: { zh: '门禁', en: 'gate' },
  'fire-panel': { zh: '消防主机', en: 'fire panel' },
  'smoke-detector': { zh: '烟感', en: 'smoke detector' },
  'gas-detector': { zh: '燃气探测器', en: 'gas detector' },
  'water-sensor': { zh: '水浸传感器', en: 'water leak sensor' },
  'door-sensor': { zh: '门磁', en: 'door sensor' },
  'sos-button': { zh: '紧急按钮', en: 'SOS button' },
  lock: { zh: '门锁', en: 'lock' },
  siren: { zh: '警号', en: 'siren' },
  'zigbee-bridge': { zh: 'Zigbee 网桥', en: 'Zigbee bridge' },
};

/** What kind of thing a device is. */
export function classWords(deviceClass: string): Words {
  return classes[deviceClass] ?? { zh: '设备', en: 'device' };
}

/**
 * A device by its place, never by a person: "3栋2单元501 手表" and "the watch of 3栋2单元501".
 *
 * @param address Names a device that the registry does not know.
 */
export function deviceWords(device: Device | undefined, address: string): Words {
  if (!device) return { zh: `未登记的设备 ${address}`, en: `the unregistered device ${address}` };
  // Outside a dwelling the place label already ends in the device's name.
  if (device.dwelling === null) return { zh: device.placeLabel, en: device.placeLabel };
  const words = classWords(device.class);
  return { zh: `${device.placeLabel} ${words.zh}`, en: `the ${words.en} of ${device.placeLabel}` };
}
