import {
  type AssignmentMove,
  type AssignmentState,
  movesOfAssignment,
} from '#contracts/facts/assignments.ts';

/** The state after a move; undefined where the move is refused in that state. */
export function nextAssignmentState(
  state: AssignmentState,
  move: AssignmentMove,
): AssignmentState | undefined {
  return movesOfAssignment[state].find((allowed) => allowed === move);
}
