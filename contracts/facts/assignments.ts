import { type Static, Type } from 'typebox';

/** A responder's way to the scene. */
export const assignmentStates = [
  'assigned',
  'accepted',
  'declined',
  'en-route',
  'on-scene',
  'released',
] as const;
export const AssignmentState = Type.Enum(assignmentStates);
export type AssignmentState = Static<typeof AssignmentState>;

/** What a responder, or the desk for them, can say of an assignment: the state it goes to. */
export const assignmentMoves = ['accepted', 'declined', 'en-route', 'on-scene', 'released'] as const;
export const AssignmentMove = Type.Enum(assignmentMoves);
export type AssignmentMove = Static<typeof AssignmentMove>;

/** The moves that each state takes, in the order they are offered. */
export const movesOfAssignment = {
  assigned: ['accepted', 'declined', 'released'],
  accepted: ['en-route', 'on-scene', 'released'],
  declined: ['released'],
  'en-route': ['on-scene', 'released'],
  'on-scene': ['released'],
  released: [],
} as const satisfies Record<AssignmentState, readonly AssignmentMove[]>;

/** The states in which nobody goes: the person said no, or was called off. */
export const endedAssignmentStates = ['declined', 'released'] as const satisfies readonly AssignmentState[];

/** A state in which the person is asked, on the way or there. */
export type ActiveAssignmentState = Exclude<AssignmentState, (typeof endedAssignmentStates)[number]>;

/** True while the person is asked, on the way or there. */
export function isActiveAssignment(state: AssignmentState): state is ActiveAssignmentState {
  return !endedAssignmentStates.some((ended) => ended === state);
}
