import { sql } from 'kysely';
import { endedAssignmentStates } from '#contracts/facts/assignments.ts';
import type { Registry } from '#registry/registry.ts';
import { findResponder } from '../incidents/people.ts';
import { appendEntry, findIncident, saveIncident } from '../incidents/timeline.ts';
import type { IncidentDatabase, IncidentTransaction } from '../storage/incident-database.ts';
import type { AssignmentRow } from '../storage/tables.ts';
import type { Escalation } from './escalation.ts';
import { realertIfNobodyGoes } from './re-alert.ts';

/** Most assignments released in one transaction, so that other writers get their turn. */
const maxReleasedAtOnce = 20;

/** Follows the registry and releases the assignments of people who can no longer be sent. */
export interface EndedPeople {
  /** Releases their assignments. @returns True where more are waiting. */
  run(): Promise<boolean>;
}

/** Creates the follower; its first run checks everybody, for changes while dispatch was down. */
export function createEndedPeople(options: {
  database: IncidentDatabase;
  registry: () => Registry;
  escalation: Escalation;
}): EndedPeople {
  let seen: number | undefined;
  return {
    run: async () => {
      const { revision } = options.registry();
      if (revision === seen) return false;
      const hasMore = await options.database.write((transaction) =>
        releaseEnded(transaction, options.escalation),
      );
      if (!hasMore) seen = revision;
      return hasMore;
    },
  };
}

/**
 * Releases the assignments of people whose account or right to be sent has ended, or who are of the community no more; an
 * incident without another active assignment is re-alerted.
 *
 * @returns True where more are waiting.
 */
async function releaseEnded(transaction: IncidentTransaction, escalation: Escalation): Promise<boolean> {
  const { trx, registry } = transaction;
  const active = await trx
    .selectFrom('assignment')
    .innerJoin('incident', 'incident.id', 'assignment.incident')
    .selectAll('assignment')
    .select('incident.community')
    .where('assignment.incident', 'in', (open) =>
      open
        .selectFrom('incident')
        .select('id')
        .where('state', '<>', sql.lit('resolved' as const)),
    )
    .where('assignment.state', 'not in', endedAssignmentStates)
    .execute();
  const leaving = active.filter(({ community, person }) => !findResponder(registry, community, person));
  for (const assignment of leaving.slice(0, maxReleasedAtOnce))
    await release(transaction, escalation, assignment);
  return leaving.length > maxReleasedAtOnce;
}

async function release(
  transaction: IncidentTransaction,
  escalation: Escalation,
  { id, incident: of, person_name: name }: AssignmentRow,
): Promise<void> {
  const incident = await findIncident(transaction, of);
  if (!incident) return;
  await transaction.trx
    .updateTable('assignment')
    .set({ state: 'released', changed_at: transaction.now, answer_due_at: null })
    .where('id', '=', id)
    .execute();
  await appendEntry(transaction, incident, {
    type: 'released',
    words: {
      zh: `${name} 已撤回：账号已停用、权限已撤销或已离开小区`,
      en: `${name} released: their account or right has ended, or they left the community`,
    },
  });
  await realertIfNobodyGoes(transaction, escalation, incident);
  await saveIncident(transaction, incident);
}
