import { type ActiveAssignmentState, isActiveAssignment } from '#contracts/facts/assignments.ts';
import { levels } from '#contracts/facts/levels.ts';
import type { Assignment, Incident } from '#contracts/incident.ts';
import type { AudibleLevel } from '../../shared/sound/alarm-decision.ts';

/**
 * A responder's status on an incident. `assigned`: sent by the desk, no answer yet. `notified`: everybody was, and
 * nobody has answered. `covered`: somebody else has. `refused`: said no. `released`: called off by the desk.
 */
export type TaskStatus = ActiveAssignmentState | 'notified' | 'covered' | 'refused' | 'released';

/** An incident as one responder's task. */
export interface Task {
  incident: Incident;
  status: TaskStatus;
  /** The responder's latest assignment. */
  mine: Assignment | undefined;
  /** True while it rings until the responder answers. */
  asks: boolean;
}

/** The attention of an incident up to which a responder has answered on this phone. */
export type AnsweredAttention = (incident: string) => number | undefined;

/** True for a responder who said they go and was not called off. */
export function isGoing(status: TaskStatus): boolean {
  return status === 'accepted' || status === 'en-route' || status === 'on-scene';
}

/**
 * Open incidents as tasks of one person: what rings first, then where they go, then the rest; in each what nobody
 * answers first, then worst first.
 */
export function tasksOf(incidents: Iterable<Incident>, person: string, answered: AnsweredAttention): Task[] {
  return [...incidents]
    .filter(({ state }) => state !== 'resolved')
    .map((incident) => taskOf(incident, person, answered(incident.id)))
    .sort(
      (a, b) =>
        rankOf(a) - rankOf(b) ||
        unansweredRank(a) - unansweredRank(b) ||
        levels.indexOf(a.incident.level) - levels.indexOf(b.incident.level) ||
        a.incident.lastAlarmAt - b.incident.lastAlarmAt,
    );
}

/**
 * The pattern that must sound now; a yellow or blue task sounds as orange, since somebody was sent, and what nobody answers
 * as red.
 */
export function levelToRing(tasks: readonly Task[]): AudibleLevel | undefined {
  const asking = tasks.filter(({ asks }) => asks);
  if (asking.length === 0) return undefined;
  const isRed = ({ incident }: Task) => incident.level === 'red' || incident.unansweredSince !== undefined;
  return asking.some(isRed) ? 'red' : 'orange';
}

function taskOf(incident: Incident, person: string, answered: number | undefined): Task {
  const mine = latestOf(incident.assignments.filter((assignment) => assignment.person === person));
  const status = statusOf(incident, mine, answered);
  return { incident, mine, status, asks: doesAsk(incident, mine, status, answered) };
}

function statusOf(
  { state, attention, lastAlarmAt }: Incident,
  mine: Assignment | undefined,
  answered: number | undefined,
): TaskStatus {
  if (mine && isActiveAssignment(mine.state)) return mine.state;
  // What came in after the person said no, or was called off, asks anew.
  const isAnswered = answered === undefined ? mine && mine.changedAt >= lastAlarmAt : answered >= attention;
  if (mine?.state === 'released' && isAnswered) return 'released';
  if (isAnswered) return 'refused';
  return state === 'new' ? 'notified' : 'covered';
}

function doesAsk(
  { attention, lastAlarmAt }: Incident,
  mine: Assignment | undefined,
  status: TaskStatus,
  answered: number | undefined,
): boolean {
  if (status === 'assigned' || status === 'notified') return true;
  if (!mine || !isGoing(status)) return false;
  // Another phone knows nothing of what was answered here: the time of the answer stands in.
  return answered === undefined ? mine.changedAt < lastAlarmAt : answered < attention;
}

function latestOf(assignments: readonly Assignment[]): Assignment | undefined {
  return assignments.reduce<Assignment | undefined>(
    (latest, one) => (latest === undefined || one.changedAt >= latest.changedAt ? one : latest),
    undefined,
  );
}

const unansweredRank = ({ incident }: Task): number => (incident.unansweredSince === undefined ? 1 : 0);

const rankOf = ({ asks, status }: Task): number => (asks ? 0 : isGoing(status) ? 1 : 2);
