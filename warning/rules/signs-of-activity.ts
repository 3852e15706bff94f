import type { EventKind } from '#contracts/facts/event-kinds.ts';
import { isPlausible } from '#contracts/facts/quantities.ts';
import type { LatestValue } from '#contracts/warning-transition.ts';
import type { ReceivedRecord } from './rule.ts';

/** Events that only a person makes: pressing a button, passing or opening the dwelling's own door, being about. */
export const activityKinds: readonly EventKind[] = [
  'sos',
  'emergency-button',
  'door-opened',
  'door-closed',
  'access-granted',
  'exit-button',
  'motion',
];

/**
 * True where a record shows that somebody moved. Being heard, a battery level, a heart beat, a position (a
 * cell fix jumps by itself), a fall or a watch put on or off show nothing of the kind; nor does a record of
 * unknown age.
 *
 * @param latest Latest values of the device before this record.
 */
export function isSignOfActivity(
  entry: ReceivedRecord,
  latest: Readonly<Record<string, LatestValue>>,
): boolean {
  if (entry.historical || entry.heldMs === undefined) return false;
  const { body } = entry;
  if (body.type === 'event') return body.active !== false && activityKinds.includes(body.kind);
  if (body.type !== 'reading') return false;
  if (body.quantity !== 'steps' && body.quantity !== 'roll-count') return false;
  if (!isPlausible(body.quantity, body.value)) return false;
  const before = latest[body.quantity];
  if (typeof before?.value !== 'number' || before.implausible) return false;
  if (entry.capturedAt <= before.capturedAt) return false;
  // A lower count began anew, at midnight or after a restart of the watch.
  return body.value > before.value || (body.value < before.value && body.value > 0);
}

/** Whether a battery reading shows a charger, by its direction; undefined where it does not say. */
export function showsCharging(
  entry: ReceivedRecord,
  latest: Readonly<Record<string, LatestValue>>,
): boolean | undefined {
  const { body } = entry;
  const before = latest.battery?.value;
  if (entry.late || body.type !== 'reading' || body.quantity !== 'battery') return undefined;
  if (typeof before !== 'number' || body.value === before) return undefined;
  return body.value > before;
}
