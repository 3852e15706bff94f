import type { AssignmentState } from '#contracts/facts/assignments.ts';
import { isActiveAssignment } from '#contracts/facts/assignments.ts';
import type { IncidentState } from '#contracts/incident.ts';

/** A person's part in an incident, as far as it decides what is due. */
export interface ResponderStatus {
  person: string;
  state: AssignmentState;
  /** Until when an answer is waited for, epoch ms. */
  answerDueAt: number | null;
}

/**
 * What an incident waits for next: `tell` further people, `answer` by who was sent, that they `set-off`, `arrive`, and
 * `report`; that the desk will `send` somebody; that it must `re-alert` now; that it will `reopen`. `by`: epoch ms.
 */
export type NextAction =
  | { action: 'notify' | 'send' | 're-alert' }
  | { action: 'answer'; person: string; by: number }
  | { action: 'set-off' | 'arrive' | 'report'; person: string }
  | { action: 'reopen'; by: number };

/** Whose word is waited for, furthest first: help is where they are. */
const ways = [
  ['on-scene', 'report'],
  ['en-route', 'arrive'],
  ['accepted', 'set-off'],
] as const satisfies [AssignmentState, string][];

/**
 * The one action that an incident waits for (DESIGN.md, promise 10); undefined where it is over. An answer that has its time
 * comes before what has none.
 *
 * @param lost Somebody who was sent has just left it: with nobody else going it is everybody's again.
 */
export function nextAction(
  incident: { state: IncidentState; reopenAt: number | null },
  assignments: readonly ResponderStatus[],
  lost = false,
): NextAction | undefined {
  if (incident.state === 'resolved')
    return incident.reopenAt === null ? undefined : { action: 'reopen', by: incident.reopenAt };
  if (incident.state === 'new') return { action: 'notify' };
  const going = assignments.filter(({ state }) => isActiveAssignment(state));
  if (going.length === 0) return { action: lost ? 're-alert' : 'send' };
  const asked = going
    .flatMap(({ person, state, answerDueAt: by }) =>
      state === 'assigned' && by !== null ? { person, by } : [],
    )
    .sort((a, b) => a.by - b.by)[0];
  if (asked) return { action: 'answer', ...asked };
  for (const [state, action] of ways) {
    const person = going.find((one) => one.state === state)?.person;
    if (person !== undefined) return { action, person };
  }
  // Sent, and the time to answer has passed unheeded: nobody is going.
  return { action: 're-alert' };
}
