import { type Kysely, sql } from 'kysely';
import { columnsOf, createCompiledQuery } from '#runtime/compiled-query.ts';
import { appendEntry, findIncident, saveIncident } from '../incidents/timeline.ts';
import type { IncidentTransaction } from '../storage/incident-database.ts';
import type { AssignmentRow, DispatchTables, IncidentRow } from '../storage/tables.ts';
import { isUnwatched } from '../walls/unwatched.ts';
import type { Words } from '../words.ts';
import {
  type EscalationPolicies,
  longestWait,
  policyOf,
  stepOf,
  unansweredStep,
  waitAfter,
} from './policy.ts';
import { deleteUndelivered, recipientsOf, writeAssignmentMessages, writeMessages } from './write-messages.ts';

/** Most due incidents in one transaction, so that an alarm waits some ten ms at most. */
const maxDueAtOnce = 4;
/** Longest that a step is put off, in ms. */
export const maxHoldMs = 900_000;

/**
 * Tells people of incidents step by step until somebody answers: of red and orange ones without end (DESIGN.md,
 * promise 10). All methods work inside a transaction.
 */
export interface Escalation {
  /** Begins with the first step, at once. The caller saves the incident. */
  start(transaction: IncidentTransaction, incident: IncidentRow): Promise<void>;
  /** Tells again, at the insistence reached, of an alarm that joined an incident nobody answered yet. */
  notifyAgain(transaction: IncidentTransaction, incident: IncidentRow): Promise<void>;
  /** Tells a person who is sent to an incident, by every channel. */
  notifyAssigned(
    transaction: IncidentTransaction,
    incident: IncidentRow,
    assignment: Pick<AssignmentRow, 'id' | 'person'>,
  ): Promise<void>;
  /** Somebody answered. */
  stop(transaction: IncidentTransaction, incident: string): Promise<void>;
  /**
   * Puts the next step of an incident off, at least until `until`, epoch ms.
   *
   * @returns False where no step is waiting.
   */
  hold(transaction: IncidentTransaction, incident: string, until: number): Promise<boolean>;
  /** Ends a hold: the step that was put off is due now. */
  resume(transaction: IncidentTransaction, incident: string): Promise<void>;
  /** Makes the next step of every unanswered incident of a community due now, save those on hold or past their last. */
  expedite(transaction: IncidentTransaction, community: string): Promise<void>;
  /** Takes the steps that are due. @returns true where more are waiting. */
  runDue(transaction: IncidentTransaction): Promise<boolean>;
}

type StepRow = DispatchTables['escalation'];
const upsertStep = createCompiledQuery((db: Kysely<DispatchTables>, row: StepRow) =>
  db
    .insertInto('escalation')
    .values(columnsOf(row, ['incident', 'step', 'due_at', 'held_until']))
    .onConflict((conflict) =>
      conflict.column('incident').doUpdateSet(({ ref }) => ({
        step: ref('excluded.step'),
        due_at: ref('excluded.due_at'),
        held_until: ref('excluded.held_until'),
      })),
    ),
);

/** Creates the escalation over a set of policies. @param channels Names of the channels that notify an assigned person. */
export function createEscalation(policies: EscalationPolicies, channels: readonly string[]): Escalation {
  const longestWaitMs = longestWait(policies);

  const notify = async (transaction: IncidentTransaction, incident: IncidentRow, number: number) => {
    const policy = policyOf(policies, incident);
    const step = stepOf(policy, number);
    if (!step) return;
    const people = recipientsOf(transaction.registry, incident.community, step.to);
    await writeMessages(transaction, incident, { number, step, people });
    await appendEntry(transaction, incident, {
      type: number > 0 ? 'escalated' : 'notified',
      words: notifiedWords({ people: people.length, number, unanswered: unansweredStep(policy) }),
    });
  };

  const schedule = async (transaction: IncidentTransaction, incident: IncidentRow, number: number) => {
    const wait = waitAfter(policyOf(policies, incident), number);
    if (wait === undefined) return stop(transaction, incident.id);
    // With nobody at the wall the first step reaches nobody there: the second follows without a wait.
    const isExpedited = number === 0 && (await isUnwatched(transaction, incident.community));
    const row = {
      incident: incident.id,
      step: number,
      due_at: isExpedited ? transaction.now : transaction.now + wait,
      held_until: null,
    };
    await upsertStep(transaction.trx, row);
  };

  const stop = async (transaction: IncidentTransaction, incident: string) => {
    await transaction.trx.deleteFrom('escalation').where('incident', '=', incident).execute();
  };

  const resume = async (transaction: IncidentTransaction, incident: string) => {
    await transaction.trx
      .updateTable('escalation')
      .set({ held_until: null, due_at: transaction.now })
      .where('incident', '=', incident)
      .where('held_until', 'is not', null)
      .execute();
  };

  const start = async (transaction: IncidentTransaction, incident: IncidentRow) => {
    await notify(transaction, incident, 0);
    await schedule(transaction, incident, 0);
  };

  /** The next step of an incident that still asks; from the end of its steps on nobody answers. */
  const notifyNext = async (transaction: IncidentTransaction, incident: IncidentRow, number: number) => {
    const unanswered = unansweredStep(policyOf(policies, incident));
    const isUnanswered = unanswered !== undefined && number >= unanswered;
    const isNews = isUnanswered && (number === unanswered || incident.unanswered_since === null);
    if (isUnanswered) {
      incident.unanswered_since ??= transaction.now;
      // The step below repeats what no page received: not every message of an unanswered week is kept.
      await deleteUndelivered(transaction, incident, { after: unanswered });
    }
    if (isNews) {
      await appendEntry(transaction, incident, {
        type: 'unanswered',
        words: { zh: '已通知所有人，无人应答', en: 'Everybody was told and nobody answers' },
        level: incident.level,
      });
    }
    await notify(transaction, incident, number);
    await schedule(transaction, incident, number);
    await saveIncident(transaction, incident);
  };

  return {
    notifyAssigned: (transaction, incident, assignment) =>
      writeAssignmentMessages(transaction, incident, assignment, channels),
    start,
    stop,
    notifyAgain: async (transaction, incident) => {
      const running = await transaction.trx
        .selectFrom('escalation')
        .select(['step', 'held_until'])
        .where('incident', '=', incident.id)
        .executeTakeFirst();
      if (running?.held_until) await resume(transaction, incident.id);
      // The next step stays due when it was: alarms that keep joining must not push it away.
      if (running) await notify(transaction, incident, running.step);
      else await start(transaction, incident);
    },
    hold: async (transaction, incident, until) => {
      const { numUpdatedRows } = await transaction.trx
        .updateTable('escalation')
        .set(({ eb, ref }) => ({
          held_until: until,
          due_at: eb.case().when('due_at', '<', until).then(until).else(ref('due_at')).end(),
        }))
        .where('incident', '=', incident)
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },
    resume,
    expedite: async (transaction, community) => {
      const waiting = await transaction.trx
        .selectFrom('escalation')
        .innerJoin('incident', 'incident.id', 'escalation.incident')
        .select(['incident.id', 'escalation.step', 'incident.level', 'incident.life_safety', 'incident.kind'])
        .where('incident.community', '=', community)
        .where('incident.state', '<>', sql.lit('resolved' as const))
        .where('held_until', 'is', null)
        .where('due_at', '>', transaction.now)
        .execute();
      // After the last step there is nobody more to notify: that wait is for an answer.
      const expedited = waiting.filter((one) => {
        const policy = policyOf(policies, one);
        return stepOf(policy, one.step + 1) && one.step + 1 < (unansweredStep(policy) ?? Infinity);
      });
      for (const { id } of expedited) {
        await transaction.trx
          .updateTable('escalation')
          .set({ due_at: transaction.now })
          .where('incident', '=', id)
          .execute();
      }
    },
    runDue: async (transaction) => {
      const due = await transaction.trx
        .selectFrom('escalation')
        .selectAll()
        .where((eb) =>
          // A step due further ahead than any wait, or any hold, was set before the clock was put back.
          eb.or([
            eb('due_at', '<=', transaction.now),
            eb.and([eb('held_until', 'is', null), eb('due_at', '>', transaction.now + longestWaitMs)]),
            eb('due_at', '>', transaction.now + Math.max(longestWaitMs, maxHoldMs)),
          ]),
        )
        .orderBy('due_at')
        .limit(maxDueAtOnce)
        .execute();
      for (const { incident: id, step } of due) {
        const incident = await findIncident(transaction, id);
        if (incident?.state !== 'new') {
          await stop(transaction, id);
        } else {
          await notifyNext(transaction, incident, step + 1);
        }
      }
      return due.length === maxDueAtOnce;
    },
  };
}

function notifiedWords({
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
