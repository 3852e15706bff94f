import type { IncidentState } from '#contracts/incident.ts';

/** What can happen to an incident as a whole. */
export const incidentEvents = [
  'acknowledge',
  'alarm-anew',
  'resolve',
  'reopen',
  'still-holds',
  'condition-over',
] as const;
export type IncidentEvent = (typeof incidentEvents)[number];

/**
 * An unacknowledged incident is not resolved: resolving names no alarm, so it could close one nobody saw.
 * A resolved one takes no alarm: the next alarm opens another incident. What its device still says after it was resolved
 * opens it again as new. Stale devices that are live again may resolve theirs without people.
 */
const transitions = {
  new: { acknowledge: 'acknowledged', 'alarm-anew': 'new', 'condition-over': 'resolved' },
  acknowledged: { 'alarm-anew': 'new', resolve: 'resolved', 'condition-over': 'resolved' },
  resolved: { reopen: 'acknowledged', 'still-holds': 'new' },
} as const satisfies Record<IncidentState, Partial<Record<IncidentEvent, IncidentState>>>;

/** The state after an event; undefined where the event is refused in that state. */
export function nextIncidentState(state: IncidentState, event: IncidentEvent): IncidentState | undefined {
  const row: Partial<Record<IncidentEvent, IncidentState>> = transitions[state];
  return row[event];
}
