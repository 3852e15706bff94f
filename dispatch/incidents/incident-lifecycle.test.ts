import { expect, test } from 'vitest';
import { incidentStates } from '#contracts/incident.ts';
import { incidentEvents, nextIncidentState } from './incident-lifecycle.ts';

const allowed: Record<string, string> = {
  'new acknowledge': 'acknowledged',
  'new alarm-anew': 'new',
  'new condition-over': 'resolved',
  'acknowledged condition-over': 'resolved',
  'acknowledged alarm-anew': 'new',
  'acknowledged resolve': 'resolved',
  'resolved reopen': 'acknowledged',
  'resolved still-holds': 'new',
};
const cases = incidentStates.flatMap((state) => incidentEvents.map((event) => [state, event] as const));

test.each(cases)('an incident that is %s answers to %s as its table says', (state, event) => {
  expect(nextIncidentState(state, event)).toBe(allowed[`${state} ${event}`]);
});
