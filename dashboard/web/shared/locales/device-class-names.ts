import { type DeviceClass, deviceClasses } from '#contracts/facts/device-classes.ts';

/** Names of all device classes in one language, beginning with a capital as a list has them. */
export function deviceClassNames(language: 'zh' | 'en'): Record<DeviceClass, string> {
  return Object.fromEntries(
    Object.entries(deviceClasses).map(([name, words]) => {
      const word = words[language];
      return [name, word.charAt(0).toUpperCase() + word.slice(1)];
    }),
  ) as Record<DeviceClass, string>;
}
