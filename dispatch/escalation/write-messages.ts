import type { Kysely } from 'kysely';
import { isStaffRole } from '#contracts/facts/roles.ts';
import type { Registry } from '#registry/registry.ts';
import { createCompiledInsert } from '#runtime/compiled-query.ts';
import { deliveredByCommit } from '../channels/channel.ts';
import { notificationColumns } from '../storage/columns.ts';
import type { IncidentTransaction } from '../storage/incident-database.ts';
import type { AssignmentRow, DispatchTables, IncidentRow, NotificationRow } from '../storage/tables.ts';
import { timeOrderedUuid } from '../storage/time-ordered-id.ts';
import type { EscalationStep, StepAudience } from './policy.ts';

/** Most people notified at one step; beyond it staff go first, then those with the lowest ids. */
export const maxRecipients = 500;
/** Insistence of the message about an assignment: the scene has nobody else. */
const assignmentInsistence = 3;

/** The people of a community that a step notifies: staff by id, then responders by id; of managers those alone. */
export function recipientsOf(registry: Registry, community: string, to: StepAudience): string[] {
  const managers: string[] = [];
  const staff: string[] = [];
  const responders: string[] = [];
  for (const person of registry.of(community)?.people.values() ?? []) {
    if (person.enabled !== 1) continue;
    if (person.rights.some(({ role }) => role === 'manager')) managers.push(person.id);
    if (person.rights.some(({ role }) => isStaffRole(role))) staff.push(person.id);
    else if (person.rights.some(({ role }) => role === 'responder')) responders.push(person.id);
  }
  if (to === 'managers' && managers.length > 0) return managers.sort().slice(0, maxRecipients);
  const people = to !== 'everyone' ? staff.sort() : [...staff.sort(), ...responders.sort()];
  return people.slice(0, maxRecipients);
}

/**
 * Writes the messages of a step, for the channels to send after the commit. A message is identified by
 * incident, attention, step, person and channel, so that no step writes one twice.
 */
export async function writeMessages(
  transaction: IncidentTransaction,
  incident: IncidentRow,
  { number, step, people }: { number: number; step: EscalationStep; people: string[] },
): Promise<void> {
  await insertMessages(
    transaction,
    people.flatMap((person) =>
      step.channels.map((channel) => ({
        ...newMessage(transaction, incident, person, channel),
        step: number,
        insistence: step.insistence,
      })),
    ),
  );
}

/**
 * Deletes messages to pages, of an incident's present attention and of steps after `after`, that no page received. What
 * went another way stays, since its provider may still report its result.
 */
export async function deleteUndelivered(
  transaction: IncidentTransaction,
  incident: IncidentRow,
  { after }: { after: number },
): Promise<void> {
  await transaction.trx
    .deleteFrom('notification')
    .where('incident', '=', incident.id)
    .where('attention', '=', incident.attention)
    .where('about', '=', 'alarm')
    .where('step', '>', after)
    .where('channel', 'in', [...deliveredByCommit])
    .where('state', 'in', ['sent', 'failed'])
    .execute();
}

/** Writes the messages to a person who is sent; each is identified by assignment and channel. */
export async function writeAssignmentMessages(
  transaction: IncidentTransaction,
  incident: IncidentRow,
  assignment: Pick<AssignmentRow, 'id' | 'person'>,
  channels: readonly string[],
): Promise<void> {
  await insertMessages(
    transaction,
    channels.map((channel) => ({
      ...newMessage(transaction, incident, assignment.person, channel),
      insistence: assignmentInsistence,
      about: 'assignment',
      assignment: assignment.id,
    })),
  );
}

function newMessage(
  { now }: IncidentTransaction,
  incident: IncidentRow,
  person: string,
  channel: string,
): NotificationRow {
  return {
    id: `n-${timeOrderedUuid(now)}`,
    incident: incident.id,
    attention: incident.attention,
    step: 0,
    insistence: 1,
    person,
    channel,
    state: 'pending',
    about: 'alarm',
    assignment: null,
    possible_repeat: 0,
    attempts: 0,
    next_try_at: now,
    reason: null,
    created_at: now,
    changed_at: now,
  };
}

const insertRows = createCompiledInsert(
  notificationColumns,
  (db: Kysely<DispatchTables>, rows: NotificationRow[]) =>
    db
      .insertInto('notification')
      .values(rows)
      .onConflict((conflict) => conflict.doNothing()),
);

async function insertMessages(transaction: IncidentTransaction, rows: NotificationRow[]): Promise<void> {
  await insertRows(transaction.trx, rows);
  if (rows.some(({ channel }) => !deliveredByCommit.has(channel))) transaction.hasMessages = true;
}
