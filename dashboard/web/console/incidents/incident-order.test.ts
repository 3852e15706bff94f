import { expect, test } from 'vitest';
import { exampleIncident, exampleNow, exampleSnapshot } from '#dashboard/testing/live-examples.ts';
import { fromSnapshot } from '../../shared/live/live-state.ts';
import { incidentLists, joinIncidents } from './incident-order.ts';

const incident = (id: string, change: Parameters<typeof exampleIncident>[0]) =>
  exampleIncident({ id, ...change });

test('puts what nobody has seen first, then the worst, then the oldest', () => {
  const state = fromSnapshot(
    exampleSnapshot({
      incidents: [
        incident('seen-red', { state: 'acknowledged', level: 'red' }),
        incident('new-blue', { level: 'blue' }),
        incident('new-red-young', { level: 'red', openedAt: exampleNow + 5 }),
        incident('new-red-old', { level: 'red', openedAt: exampleNow }),
        incident('new-orange', { level: 'orange', openedAt: exampleNow - 9 }),
        incident('over', { state: 'resolved', resolvedAt: exampleNow }),
        incident('over-later', { state: 'resolved', resolvedAt: exampleNow + 1 }),
      ],
    }),
  );
  const lists = incidentLists(state);
  expect(lists.open.map(({ id }) => id)).toEqual([
    'new-red-old',
    'new-red-young',
    'new-orange',
    'new-blue',
    'seen-red',
  ]);
  expect(lists.resolved.map(({ id }) => id)).toEqual(['over-later', 'over']);
  expect(lists.unacknowledged).toBe(4);
  expect(incidentLists(state)).toBe(lists);
});

test('puts what nobody answers above all others, whatever its level', () => {
  const state = fromSnapshot(
    exampleSnapshot({
      incidents: [
        incident('new-red', { level: 'red' }),
        incident('unanswered-orange', { level: 'orange', unansweredSince: exampleNow }),
        incident('unanswered-red', { level: 'red', unansweredSince: exampleNow }),
      ],
    }),
  );
  expect(incidentLists(state).open.map(({ id }) => id)).toEqual([
    'unanswered-red',
    'unanswered-orange',
    'new-red',
  ]);
});

test('keeps the newer version of an incident known from two sources', () => {
  const older = incident('i-1', { version: 1 });
  const newer = incident('i-1', { version: 2 });
  expect(joinIncidents([newer], [older])).toEqual([newer]);
  expect(joinIncidents([older], [newer])).toEqual([newer]);
});
