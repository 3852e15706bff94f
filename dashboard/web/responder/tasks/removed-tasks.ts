import type { LiveState } from '../../shared/live/live-state.ts';
import { type AnsweredAttention, isGoing, type TaskStatus, tasksOf } from './task.ts';

/** An incident that is no longer this responder's. */
export interface RemovedTask {
  id: string;
  place: string;
  /**
   * `ended`: it was resolved. `released`: the desk called the person off. `left`: one of the two, the server says
   * no more to whom it no longer concerns. `covered`: over, or somebody else goes.
   */
  because: 'ended' | 'released' | 'left' | 'covered';
}

/** Incidents that were a responder's before a change and are no more; those they had refused go without a word. */
export function removedBetween(
  before: LiveState,
  after: LiveState,
  person: string,
  answered: AnsweredAttention,
): RemovedTask[] {
  // Between two connections everything known is still shown; signing out forgets it all.
  if (after.phase === 'unsynced' || before.incidents === after.incidents) return [];
  return tasksOf(before.incidents.values(), person, answered).flatMap(({ incident, status }) => {
    const now = after.incidents.get(incident.id);
    if (now && now.state !== 'resolved') return [];
    if (status === 'refused') return [];
    const because = now ? ('ended' as const) : reasonOf(status);
    return [{ id: incident.id, place: incident.place.label, because }];
  });
}

function reasonOf(status: TaskStatus): RemovedTask['because'] {
  if (status === 'released') return 'released';
  return isGoing(status) || status === 'assigned' ? 'left' : 'covered';
}
