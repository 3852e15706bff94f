import { sql } from 'kysely';
import type { AssignmentState } from '#contracts/facts/assignments.ts';
import { endedAssignmentStates } from '#contracts/facts/assignments.ts';
import { notNeeded } from '../channels/notification-lifecycle.ts';
import { findResponder } from '../incidents/people.ts';
import type { IncidentTransaction } from '../storage/incident-database.ts';
import type { AssignmentRow, IncidentRow } from '../storage/tables.ts';
import type { Words } from '../words.ts';
import { assignmentsOf } from './re-alert.ts';

/** For this long after the resolve, an assigned person counts as still there, in ms. */
export const restoredWithinMs = 300_000;

const stateWords: Partial<Record<AssignmentState, Words>> = {
  assigned: { zh: '待应答', en: 'to answer' },
  accepted: { zh: '已接受', en: 'accepted' },
  'en-route': { zh: '在路上', en: 'on the way' },
  'on-scene': { zh: '已到场', en: 'on the scene' },
};

/** What reopening gave back. */
export interface Restored {
  /** Somebody was going when it was resolved, and none of them is again. */
  isLost: boolean;
  /** Who is restored, for the entry about the reopening; empty where nobody is. */
  words: Words;
}

/**
 * Gives a resolved incident back to whoever was going, in the state and with the time left to answer that they had.
 * Nobody is restored who has left, is assigned elsewhere since, or was released too long ago.
 */
export async function restoreAssignments(
  transaction: IncidentTransaction,
  incident: IncidentRow,
): Promise<Restored> {
  const { trx, now } = transaction;
  const held = (await assignmentsOf(transaction, incident.id)).filter(
    ({ held_state }) => held_state !== null,
  );
  const resolvedAt = incident.resolved_at ?? now;
  const restored: AssignmentRow[] = [];
  for (const assignment of held) {
    const isBack =
      now - resolvedAt <= restoredWithinMs && (await mayReturn(transaction, incident, assignment));
    await trx
      .updateTable('assignment')
      .set({ held_state: null, held_answer_ms: null, ...(isBack && stateBefore(assignment, now)) })
      .where('id', '=', assignment.id)
      .execute();
    if (!isBack) continue;
    restored.push(assignment);
    if (assignment.held_state === 'assigned') await notifyAgain(transaction, assignment.id);
  }
  return { isLost: held.length > 0 && restored.length === 0, words: wordsOf(restored) };
}

function stateBefore({ held_state, held_answer_ms }: AssignmentRow, now: number) {
  const answer_due_at = held_state === 'assigned' ? now + Math.max(0, held_answer_ms ?? 0) : null;
  return { state: held_state as AssignmentState, changed_at: now, answer_due_at };
}

async function mayReturn(
  { trx, registry }: IncidentTransaction,
  { id, community, resolved_at }: IncidentRow,
  { person }: AssignmentRow,
): Promise<boolean> {
  if (!findResponder(registry, community, person)) return false;
  const elsewhere = await trx
    .selectFrom('assignment')
    .innerJoin('incident', 'incident.id', 'assignment.incident')
    .select('assignment.id')
    .where('incident.community', '=', community)
    .where('assignment.person', '=', person)
    .where('assignment.incident', '<>', id)
    .where('assignment.assigned_at', '>=', resolved_at ?? 0)
    .where('assignment.state', 'not in', endedAssignmentStates)
    .where('incident.state', '<>', sql.lit('resolved' as const))
    .limit(1)
    .executeTakeFirst();
  return elsewhere === undefined;
}

/** Messages that were not sent before the resolve are sent now. */
async function notifyAgain({ trx, now }: IncidentTransaction, assignment: string): Promise<void> {
  await trx
    .updateTable('notification')
    .set({ state: 'pending', attempts: 0, next_try_at: now, reason: null, changed_at: now })
    .where('about', '=', sql.lit('assignment' as const))
    .where('assignment', '=', assignment)
    .where('state', '=', 'failed')
    .where('reason', '=', notNeeded)
    .execute();
}

function wordsOf(restored: readonly AssignmentRow[]): Words {
  if (restored.length === 0) return { zh: '', en: '' };
  const each = (language: keyof Words) =>
    restored.map(({ person_name, held_state }) => {
      const words = stateWords[held_state ?? 'assigned'];
      return language === 'zh' ? `${person_name}（${words?.zh}）` : `${person_name} (${words?.en})`;
    });
  return { zh: `；恢复派遣：${each('zh').join('、')}`, en: `; sent as before: ${each('en').join(', ')}` };
}
