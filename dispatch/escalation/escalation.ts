import type { Writing } from '../incidents/incident-file.ts';
import { openIncident } from '../incidents/open-incident.ts';
import { appendLine, findIncident, saveIncident } from '../incidents/timeline.ts';
import type { IncidentRow } from '../tables.ts';
import { isUnwatched } from '../walls/wall-watch.ts';
import { type EscalationPolicies, longestWait, policyOf, stepOf, waitAfter } from './policy.ts';
import { recipientsOf, writeMessages } from './write-messages.ts';

/** Most due incidents met in one transaction, so that an alarm gets its turn after some ten ms. */
const maxDueAtOnce = 4;
/** Longest that a step is put off, in ms. */
export const maxHoldMs = 900_000;

/** Tells people of incidents step by step until somebody answers. All methods work inside a transaction. */
export interface Escalation {
  /** Begins with the first step, at once. The caller saves the incident. */
  start(writing: Writing, incident: IncidentRow): Promise<void>;
  /** Tells again, at the insistence reached, of an alarm that joined an incident nobody answered yet. */
  tellAgain(writing: Writing, incident: IncidentRow): Promise<void>;
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

/** Creates the escalation over a set of policies. */
export function createEscalation(policies: EscalationPolicies): Escalation {
  const longestWaitMs = longestWait(policies);

  const tell = async (writing: Writing, incident: IncidentRow, number: number) => {
    const step = stepOf(policyOf(policies, incident), number);
    if (!step) return;
    const people = recipientsOf(writing.registry, incident.community, step.to);
    await writeMessages(writing, incident, { number, step, people });
    const again = number > 0;
    await appendLine(writing, incident, {
      type: again ? 'escalated' : 'notified',
      words: {
        zh: `${again ? `第 ${number + 1} 次` : ''}通知 ${people.length} 人`,
        en: `${people.length} people told${again ? `, step ${number + 1}` : ''}`,
      },
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

  const endUnanswered = async (writing: Writing, incident: IncidentRow) => {
    await stop(writing, incident.id);
    if (incident.source === 'platform' || incident.unreached_incident) return;
    const unreached = await openNobodyReached(writing, incident);
    incident.unreached_incident = unreached.id;
    await appendLine(writing, incident, {
      type: 'escalated',
      words: {
        zh: `全部步骤已通知，无人应答；已开警情 ${unreached.number}`,
        en: `Every step was taken and nobody answered; incident ${unreached.number} was opened`,
      },
    });
    await saveIncident(writing, incident);
    await start(writing, unreached);
    await saveIncident(writing, unreached);
  };

  return {
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
      const hurried = waiting.filter((one) => stepOf(policyOf(policies, one), one.step + 1));
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
        } else if (stepOf(policyOf(policies, incident), step + 1)) {
          await tell(writing, incident, step + 1);
          await schedule(writing, incident, step + 1);
          await saveIncident(writing, incident);
        } else {
          await endUnanswered(writing, incident);
        }
      }
      return due.length === maxDueAtOnce;
    },
  };
}

function openNobodyReached(writing: Writing, incident: IncidentRow): Promise<IncidentRow> {
  return openIncident(writing, {
    community: incident.community,
    kind: 'nobody-reached',
    level: 'red',
    lifeSafety: incident.life_safety === 1,
    late: false,
    drill: incident.drill === 1,
    source: 'platform',
    place: {
      building: incident.building ?? undefined,
      unit: incident.unit ?? undefined,
      dwelling: incident.dwelling ?? undefined,
      label: `${incident.number} ${incident.label}`,
    },
    openedAt: writing.now,
  });
}
