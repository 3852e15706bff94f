import { isStaffRole } from '#contracts/roles.ts';
import type { Registry } from '#registry/registry.ts';
import type { Writing } from '../incidents/incident-file.ts';
import type { IncidentRow, NotificationRow } from '../tables.ts';
import type { EscalationStep } from './policy.ts';

/** Most people told at one step; beyond it those with the lowest ids are told. */
export const maxRecipients = 500;
/** Rows of one INSERT, under SQLite's limit of 32,766 bound values. */
const maxRowsAtOnce = 500;

/** The people of a community that a step tells, by id. */
export function recipientsOf(registry: Registry, community: string, to: EscalationStep['to']): string[] {
  const people: string[] = [];
  for (const person of registry.people.values()) {
    if (person.community !== community || person.enabled !== 1) continue;
    if (person.rights.some(({ role }) => isOf(to, role))) people.push(person.id);
  }
  return people.sort().slice(0, maxRecipients);
}

/**
 * Writes the messages of a step, for the channels to send after the commit. A message is identified by
 * incident, attention, step, person and channel, so that no step writes one twice.
 */
export async function writeMessages(
  writing: Writing,
  incident: IncidentRow,
  { number, step, people }: { number: number; step: EscalationStep; people: string[] },
): Promise<void> {
  const rows: NotificationRow[] = people.flatMap((person) =>
    step.channels.map((channel) => ({
      id: `n-${crypto.randomUUID()}`,
      incident: incident.id,
      attention: incident.attention,
      step: number,
      insistence: step.insistence,
      person,
      channel,
      state: 'pending',
      about: 'alarm',
      assignment: null,
      possible_repeat: 0,
      attempts: 0,
      next_try_at: writing.now,
      reason: null,
      created_at: writing.now,
      changed_at: writing.now,
    })),
  );
  for (let first = 0; first < rows.length; first += maxRowsAtOnce) {
    await writing.trx
      .insertInto('notification')
      .values(rows.slice(first, first + maxRowsAtOnce))
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
  if (rows.length > 0) writing.hasMessages = true;
}

function isOf(to: EscalationStep['to'], role: string): boolean {
  return to === 'staff' && isStaffRole(role);
}
