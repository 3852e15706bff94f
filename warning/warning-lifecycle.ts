import type { Outcome } from '#contracts/incident.ts';
import type { Validity } from '#contracts/warning-transition.ts';

/**
 * Whether the condition holds, and whether a person has seen it. `none` is before it was raised; `held`: people resolved
 * its incident while its device still says it.
 */
export const warningStates = [
  'none',
  'active',
  'active-acknowledged',
  'held',
  'cleared',
  'cleared-acknowledged',
] as const;
export type WarningState = (typeof warningStates)[number];

/**
 * What can happen to a warning. `repeat-late` is a further alarm that must not be taken for the present; `hold`: its
 * incident is resolved and its device has not said that it is over; `reopen`: that incident is open again.
 */
export const warningEvents = [
  'raise',
  'repeat',
  'repeat-late',
  'worsen',
  'clear',
  'acknowledge',
  'hold',
  'reopen',
] as const;
export type WarningEvent = (typeof warningEvents)[number];

const transitions = {
  none: { raise: 'active' },
  active: {
    repeat: 'active',
    'repeat-late': 'active',
    worsen: 'active',
    clear: 'cleared',
    acknowledge: 'active-acknowledged',
    hold: 'held',
  },
  'active-acknowledged': {
    repeat: 'active-acknowledged',
    'repeat-late': 'active-acknowledged',
    // A worse alarm asks to be acknowledged anew (DESIGN.md, promise 8).
    worsen: 'active',
    clear: 'cleared-acknowledged',
    hold: 'held',
  },
  held: {
    repeat: 'active',
    'repeat-late': 'held',
    worsen: 'active',
    clear: 'cleared-acknowledged',
    reopen: 'active',
  },
  // Late never reopens what was closed (promise 6), and an alarm of now is a new warning.
  cleared: { 'repeat-late': 'cleared', acknowledge: 'cleared-acknowledged' },
  'cleared-acknowledged': { 'repeat-late': 'cleared-acknowledged' },
} as const satisfies Record<WarningState, Partial<Record<WarningEvent, WarningState>>>;

/** The state after an event; undefined where the event cannot happen in this state. */
export function nextWarningState(state: WarningState, event: WarningEvent): WarningState | undefined {
  const row: Partial<Record<WarningEvent, WarningState>> = transitions[state];
  return row[event];
}

/** True while the condition holds. */
export function isActive(state: WarningState): boolean {
  return state === 'held' || isPublished(state);
}

/** True while the condition holds and people have not resolved its incident: its notice is retained for sirens and flows. */
export function isPublished(state: WarningState): boolean {
  return state === 'active' || state === 'active-acknowledged';
}

/** The validity after a person said what it was; the last word counts, undefined where it changes nothing. */
export function nextValidity(validity: Validity, outcome: Outcome): Outcome | undefined {
  return validity === outcome ? undefined : outcome;
}
