import type { CommandAction } from '#contracts/command.ts';
import { type DeviceAction, deviceClassFacts } from '#contracts/facts/device-classes.ts';

/** Reasons offered for each action, the most usual first; `other` asks for words. */
export const reasonsOf = {
  'open-door': ['visitor', 'delivery', 'firstAid', 'other'],
  'lock-door': ['leftOpen', 'night', 'other'],
  'start-siren': ['evacuate', 'deter', 'other'],
  'stop-siren': ['handled', 'falseAlarm', 'other'],
} as const satisfies Record<DeviceAction, readonly string[]>;

/** What the page offers to ask of a device of a class. */
export function actionsOf(deviceClass: string): readonly DeviceAction[] {
  const facts = deviceClassFacts(deviceClass);
  return facts?.buttons ?? facts?.actions ?? [];
}

/** Whether the page has words of its own for an action. */
export function isDeviceAction(action: CommandAction): action is DeviceAction {
  return Object.hasOwn(reasonsOf, action);
}
