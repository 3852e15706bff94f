import { expect, test } from 'vitest';
import { assignmentMoves, assignmentStates, isActiveAssignment } from '#contracts/facts/assignments.ts';
import { nextAssignmentState } from './assignment-lifecycle.ts';

const allowed: Record<string, string[]> = {
  assigned: ['accepted', 'declined', 'released'],
  accepted: ['en-route', 'on-scene', 'released'],
  declined: ['released'],
  'en-route': ['on-scene', 'released'],
  'on-scene': ['released'],
  released: [],
};
const cases = assignmentStates.flatMap((state) => assignmentMoves.map((move) => [state, move] as const));

test.each(cases)('an assignment that is %s answers to %s as its table says', (state, move) => {
  expect(nextAssignmentState(state, move)).toBe(allowed[state]?.includes(move) ? move : undefined);
});

test('declined and released people are no longer on the incident', () => {
  expect(assignmentStates.filter(isActiveAssignment)).toEqual([
    'assigned',
    'accepted',
    'en-route',
    'on-scene',
  ]);
});
