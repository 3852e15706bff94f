import type { DeviceEvent } from '#contracts/record-body.ts';
import { isObject } from '../json-of-devices.ts';

/** What a button says that is no press of it. */
const noPress = /^(off|none|null|release|released|test|idle|hold_release)$/;
const called = /^(emergency|panic|sos)(_|$)/;
const sources: ReadonlyMap<unknown, 'pin' | 'card' | 'remote'> = new Map([
  ['keypad', 'pin'],
  ['rfid', 'card'],
  ['rf', 'remote'],
]);

/**
 * What an `action` says; an action is a thing that happens, never a state.
 *
 * Buttons that can only call for help name the press like any other button does.
 *
 * @returns Undefined where nothing happened that anyone should hear of.
 */
export function readAction(
  state: Record<string, unknown>,
  isEmergencyButton: boolean,
): DeviceEvent | undefined {
  const { action } = state;
  if (typeof action !== 'string' || action === '') return undefined;
  const code = action.slice(0, 64);
  if (called.test(action) || (isEmergencyButton && !noPress.test(action))) {
    return { type: 'event', kind: 'sos', code };
  }
  if (/(un)?lock_failure/.test(action))
    return { type: 'event', kind: 'access-denied', code, credential: by(state) };
  if (/(^|_)unlock$/.test(action))
    return { type: 'event', kind: 'access-granted', code, credential: by(state) };
  return undefined;
}

function by(state: Record<string, unknown>): NonNullable<DeviceEvent['credential']> {
  const source = isObject(state.action_user) ? undefined : state.action_source_name;
  const { action_user: user } = state;
  return {
    means: sources.get(source) ?? 'unknown',
    ...(typeof user === 'number' && { reference: String(user) }),
  };
}
