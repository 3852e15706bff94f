import type { CommandAction } from '#contracts/command.ts';

/** Acts that the page asks of devices, by class. */
const actionsOfClass: Readonly<Record<string, readonly AskedAction[]>> = {
  gate: ['open-door'],
  lock: ['lock-door'],
  siren: ['start-siren', 'stop-siren'],
};

/** Reasons offered for each act, the most usual first; `other` asks for words. */
export const reasonsOf = {
  'open-door': ['visitor', 'delivery', 'firstAid', 'other'],
  'lock-door': ['leftOpen', 'night', 'other'],
  'start-siren': ['evacuate', 'deter', 'other'],
  'stop-siren': ['handled', 'falseAlarm', 'other'],
} as const satisfies Partial<Record<CommandAction, readonly string[]>>;

/** An act that the page has words for. */
export type AskedAction = keyof typeof reasonsOf;

/** What may be asked of a device of a class. */
export function actionsOf(deviceClass: string): readonly AskedAction[] {
  return actionsOfClass[deviceClass] ?? [];
}

/** Whether the page has words of its own for an act. */
export function isAskedAction(action: CommandAction): action is AskedAction {
  return Object.hasOwn(reasonsOf, action);
}
