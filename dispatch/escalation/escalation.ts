import type { Writing } from '../incidents/incident-file.ts';
import { appendLine, findIncident, saveIncident } from '../incidents/timeline.ts';
import type { AssignmentRow, IncidentRow } from '../tables.ts';
import { isUnwatched } from '../walls/wall-watch.ts';
import type { Words } from '../words.ts';
import {
  type EscalationPolicies,
  longestWait,
  policyOf,
  stepOf,
  unansweredStep,
  waitAfter,
} from './policy.ts';
import { forgetUntaken, recipientsOf, writeAssignmentMessages, writeMessages } from './write-messages.ts';

/** Most due incidents met in one transaction, so that an alarm gets its turn after some ten ms. */
const maxDueAtOnce = 4;
/** Longest that a step is put off, in ms. */
export const maxHoldMs = 900_000;

/**
 * Tells people of incidents step by step until somebody answers: of red and orange ones without end (DESIGN.md,
 * promise 10). All methods work inside a transaction.
 */
export interface Escalation {
  /** Begins with the first step, at once. The caller saves the incident. */
  start(writing: Writing, incident: IncidentRow): Promise<void>;
  /** Tells again, at the insistence reached, of an alarm that joined an incident nobody answered yet. */
  tellAgain(writing: Writing, incident: IncidentRow): Promise<void>;
  /** Tells a person who is sent to an incident, by every channel. */
  tellAssigned(
    writing: Writing,
    incident: IncidentRow,
    assignment: Pick<AssignmentRow, 'id' | 'person'>,
  ): Promise<void>;
  /** Somebody answered. */
  stop(writing: Writing, incident: string): Promise<void>;
  /**
   * Puts the next step of an incident off, at least until `until`, epoch ms.
   *
   * @returns False where no step is waiting.
   */
  hold(writing: Writing, incident: string, until: number): Promise<boolean>;
  /** Ends a hold: the step that was put off is due now. */
  resume(writing: Writing, incident: string): Promise<void>;
  /** Makes the next step of every unanswered incident of a community due now, save those on hold or past their last. */
  hurry(writing: Writing, community: string): Promise<void>;
  /** Takes the steps that are due. @returns true where more are waiting. */
  runDue(writing: Writing): Promise<boolean>;
}

/** Creates the escalation over a set of policies. @param channels Names of those that tell a person of being sent. */
export function createEscalation(policies: EscalationPolicies, channels: readonly string[]): Escalation {
  const longestWaitMs = longestWait(policies);

  const tell = async (writing: Writing, incident: IncidentRow, number: number) => {
    const policy = policyOf(policies, incident);
    const step = stepOf(policy, number);
    if (!step) return;
    const people = recipientsOf(writing.registry, incident.community, step.to);
    await writeMessages(writing, incident, { number, step, people });
    await appendLine(writing, incident, {
      type: number > 0 ? 'escalated' : 'notified',
      words: toldWords({ people: people.length, number, unanswered: unansweredStep(policy) }),
    });
  };

  const schedule = async (writing: Writing, incident: IncidentRow, number: number) => {
    const wait = waitAfter(policyOf(policies, incident), number);
    if (wait === undefined) return stop(writing, incident.id);
    // With nobody at the wall the first word reaches nobody there: the step after it is not waited for.
    const isHurried = number === 0 && (await isUnwatched(writing, incident.community));
    const row = {
      incident: incident.id,
      step: number,
      due_at: isHurried ? writing.now : writing.now + wait,
      held_until: null,
    };
    await writing.trx
      .insertInto('escalation')
      .values(row)
      .onConflict((conflict) => conflict.column('incident').doUpdateSet(row))
      .execute();
  };

  const stop = async (writing: Writing, incident: string) => {
    await writing.trx.deleteFrom('escalation').where('incident', '=', incident).execute();
  };

  const resume = async (writing: Writing, incident: string) => {
    await writing.trx
      .updateTable('escalation')
      .set({ held_until: null, due_at: writing.now })
      .where('incident', '=', incident)
      .where('held_until', 'is not', null)
      .execute();
  };

  const start = async (writing: Writing, incident: IncidentRow) => {
    await tell(writing, incident, 0);
    await schedule(writing, incident, 0);
  };

  /** The next step of an incident that still asks; from the end of its steps on nobody answers. */
  const tellNext = async (writing: Writing, incident: IncidentRow, number: number) => {
    const unanswered = unansweredStep(policyOf(policies, incident));
    const isUnanswered = unanswered !== undefined && number >= unanswered;
    const isNews = isUnanswered && (number === unanswered || incident.unanswered_since === null);
    if (isUnanswered) {
      incident.unanswered_since ??= writing.now;
      // What no page took is told anew below: of a week unanswered not every message is kept.
      await forgetUntaken(writing, incident, { after: unanswered });
    }
    if (isNews) {
      await appendLine(writing, incident, {
        type: 'unanswered',
        words: { zh: '已通知所有人，无人应答', en: 'Everybody was told and nobody answers' },
        level: incident.level,
      });
    }
    await tell(writing, incident, number);
    await schedule(writing, incident, number);
    await saveIncident(writing, incident);
  };

  return {
    tellAssigned: (writing, incident, assignment) =>
      writeAssignmentMessages(writing, incident, assignment, channels),
    start,
    stop,
    tellAgain: async (writing, incident) => {
      const running = await writing.trx
        .selectFrom('escalation')
        .select(['step', 'held_until'])
        .where('incident', '=', incident.id)
        .executeTakeFirst();
      if (running?.held_until) await resume(writing, incident.id);
      // The next step stays due when it was: alarms that keep joining must not push it away.
      if (running) await tell(writing, incident, running.step);
      else await start(writing, incident);
    },
    hold: async (writing, incident, until) => {
      const { numUpdatedRows } = await writing.trx
        .updateTable('escalation')
        .set((eb) => ({ held_until: until, due_at: eb.fn<number>('max', ['due_at', eb.val(until)]) }))
        .where('incident', '=', incident)
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },
    resume,
    hurry: async (writing, community) => {
      const waiting = await writing.trx
        .selectFrom('escalation')
        .innerJoin('incident', 'incident.id', 'escalation.incident')
        .select(['incident.id', 'escalation.step', 'incident.level', 'incident.life_safety', 'incident.kind'])
        .where('incident.community', '=', community)
        .where('held_until', 'is', null)
        .where('due_at', '>', writing.now)
        .execute();
      // After the last step there is nobody more to tell: that wait is for an answer.
      const hurried = waiting.filter((one) => {
        const policy = policyOf(policies, one);
        return stepOf(policy, one.step + 1) && one.step + 1 < (unansweredStep(policy) ?? Infinity);
      });
      for (const { id } of hurried) {
        await writing.trx
          .updateTable('escalation')
          .set({ due_at: writing.now })
          .where('incident', '=', id)
          .execute();
      }
    },
    runDue: async (writing) => {
      const due = await writing.trx
        .selectFrom('escalation')
        .selectAll()
        .where((eb) =>
          // A step due further ahead than any wait, or any hold, was set before the clock was put back.
          eb.or([
            eb('due_at', '<=', writing.now),
            eb.and([eb('held_until', 'is', null), eb('due_at', '>', writing.now + longestWaitMs)]),
            eb('due_at', '>', writing.now + Math.max(longestWaitMs, maxHoldMs)),
          ]),
        )
        .orderBy('due_at')
        .limit(maxDueAtOnce)
        .execute();
      for (const { incident: id, step } of due) {
        const incident = await findIncident(writing, id);
        if (incident?.state !== 'new') {
          await stop(writing, id);
        } else {
          await tellNext(writing, incident, step + 1);
        }
      }
      return due.length === maxDueAtOnce;
    },
  };
}

function toldWords({
  people,
  number,
  unanswered = Number.POSITIVE_INFINITY,
}: {
  people: number;
  number: number;
  unanswered: number | undefined;
}): Words {
  if (number === 0) return { zh: `通知 ${people} 人`, en: `${people} people told` };
  if (number < unanswered)
    return { zh: `第 ${number + 1} 次通知 ${people} 人`, en: `${people} people told, step ${number + 1}` };
  return {
    zh: `仍无人应答，再次通知 ${people} 人`,
    en: `Still nobody answers: ${people} people told again`,
  };
}
