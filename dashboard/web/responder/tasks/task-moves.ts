import type { AssignmentMove } from '#contracts/facts/assignments.ts';
import { isGoing, type Task, type TaskStatus } from './task.ts';

/** What a responder says of their assignment. */
export type AnswerMove = Exclude<AssignmentMove, 'released'>;

/** A button under a task. */
export interface TaskMove {
  /** `take`: assigned and accepted in one step. `silence`: only this phone stops ringing. */
  to: AnswerMove | 'take' | 'silence';
  words: 'go' | 'goToo' | 'goAfterAll' | 'cannot' | 'cannotNotified' | 'leave' | 'arrive' | 'seen';
  isMain: boolean;
}

const main = (to: TaskMove['to'], words: TaskMove['words']): TaskMove => ({ to, words, isMain: true });
const other = (to: TaskMove['to'], words: TaskMove['words']): TaskMove => ({ to, words, isMain: false });

const moves = {
  assigned: [main('accepted', 'go'), other('declined', 'cannot')],
  notified: [main('take', 'go'), other('silence', 'cannotNotified')],
  accepted: [main('en-route', 'leave')],
  'en-route': [main('on-scene', 'arrive')],
  'on-scene': [],
  covered: [other('take', 'goToo')],
  refused: [other('take', 'goAfterAll')],
  released: [],
} as const satisfies Record<TaskStatus, readonly TaskMove[]>;

/** The buttons under a task; an alarm that came in on the way first asks to be seen. */
export function movesOf({ status, asks }: Task): readonly TaskMove[] {
  return isGoing(status) && asks ? [main('silence', 'seen')] : moves[status];
}
