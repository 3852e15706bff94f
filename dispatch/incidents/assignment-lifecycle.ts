import type { AssignmentState } from '#contracts/incident.ts';

/** What a responder, or the desk for them, can say of an assignment. */
export const assignmentMoves = ['accepted', 'declined', 'en-route', 'on-scene', 'released'] as const;
export type AssignmentMove = (typeof assignmentMoves)[number];

const transitions = {
  assigned: { accepted: 'accepted', declined: 'declined', released: 'released' },
  accepted: { 'en-route': 'en-route', 'on-scene': 'on-scene', released: 'released' },
  declined: { released: 'released' },
  'en-route': { 'on-scene': 'on-scene', released: 'released' },
  'on-scene': { released: 'released' },
  released: {},
} as const satisfies Record<AssignmentState, Partial<Record<AssignmentMove, AssignmentState>>>;

/** The state after a move; undefined where the move is refused in that state. */
export function nextAssignmentState(
  state: AssignmentState,
  move: AssignmentMove,
): AssignmentState | undefined {
  const row: Partial<Record<AssignmentMove, AssignmentState>> = transitions[state];
  return row[move];
}

/** True while the person is asked or on the way: neither declined nor released. */
export function isActiveAssignment(state: AssignmentState): boolean {
  return state !== 'declined' && state !== 'released';
}
