import { type DeviceClass, deviceClasses } from '#contracts/facts/device-classes.ts';
import type { IncidentKind } from '#contracts/facts/incident-kinds.ts';
import { kindWords } from '#contracts/facts/kind-words.ts';

/** Names of all kinds in one language, as the locale files hold them. */
export function kindNames(language: 'zh' | 'en'): Record<IncidentKind, string> {
  return Object.fromEntries(
    Object.entries(kindWords).map(([kind, words]) => [kind, words[language]]),
  ) as Record<IncidentKind, string>;
}

/** Names of all device classes in one language, beginning with a capital as a list has them. */
export function deviceClassNames(language: 'zh' | 'en'): Record<DeviceClass, string> {
  return Object.fromEntries(
    Object.entries(deviceClasses).map(([name, words]) => {
      const word = words[language];
      return [name, word.charAt(0).toUpperCase() + word.slice(1)];
    }),
  ) as Record<DeviceClass, string>;
}
