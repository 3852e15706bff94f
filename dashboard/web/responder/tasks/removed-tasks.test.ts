import { expect, test } from 'vitest';
import type { AssignmentState } from '#contracts/facts/assignments.ts';
import type { Incident } from '#contracts/incident.ts';
import { exampleIncident, exampleNow, exampleSnapshot } from '#dashboard/testing/live-examples.ts';
import { applyUpdate, emptyLiveState, fromSnapshot } from '../../shared/live/live-state.ts';
import { removedBetween } from './removed-tasks.ts';

const me = 'station-1';
const incident = (state?: AssignmentState, change: Partial<Incident> = {}) =>
  exampleIncident({
    assignments: state ? [{ id: 'a-1', person: me, personName: '', state, changedAt: exampleNow }] : [],
    ...change,
  });
const stateWith = (...incidents: Incident[]) => fromSnapshot(exampleSnapshot({ incidents }));
const gone = (one: Incident) =>
  applyUpdate(stateWith(one), { type: 'incident-removed', incident: one.id, sequence: 11, now: exampleNow });

test.each([
  ['sent to', incident('assigned'), 'left'],
  ['on the way to', incident('en-route'), 'left'],
  ['called off from', incident('released'), 'released'],
  ['told of', incident(), 'covered'],
] as const)('one I was %s is gone with its reason', (_name, one, because) => {
  expect(removedBetween(stateWith(one), gone(one), me, () => undefined)).toEqual([
    { id: one.id, place: one.place.label, because },
  ]);
});

test('one that is seen to be resolved has ended', () => {
  const after = stateWith(incident('on-scene', { state: 'resolved' }));
  expect(removedBetween(stateWith(incident('on-scene')), after, me, () => undefined)).toMatchObject([
    { because: 'ended' },
  ]);
});

test('nothing is said of one I refused, of one that is still there, or at signing out', () => {
  const one = incident();
  expect(removedBetween(stateWith(one), gone(one), me, () => 1)).toEqual([]);
  expect(removedBetween(stateWith(one), stateWith(incident('accepted')), me, () => undefined)).toEqual([]);
  expect(removedBetween(stateWith(one), emptyLiveState, me, () => undefined)).toEqual([]);
});
