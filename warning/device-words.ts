import { deviceClassFacts } from '#contracts/facts/device-classes.ts';
import type { Device } from '#registry/community-registry.ts';
import type { Words } from './duration-words.ts';

/** What kind of thing a device is. */
export function classWords(deviceClass: string): Words {
  return deviceClassFacts(deviceClass) ?? { zh: '设备', en: 'device' };
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
