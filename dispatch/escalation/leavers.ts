import { sql } from 'kysely';
import type { Registry } from '#registry/registry.ts';
import { findResponder } from '../acts/act.ts';
import type { IncidentFile, Writing } from '../incidents/incident-file.ts';
import { appendLine, findIncident, saveIncident } from '../incidents/timeline.ts';
import type { AssignmentRow } from '../tables.ts';
import type { Escalation } from './escalation.ts';
import { soundIfNobodyGoes } from './nobody-going.ts';

/** Most assignments released in one transaction, so that other writers get their turn. */
const maxReleasedAtOnce = 20;

/** Follows the registry: whoever may no longer be sent is no longer on the way to anything. */
export interface Leavers {
  /** Releases whom the registry no longer has. @returns true where more are waiting. */
  run(): Promise<boolean>;
}

/** Creates the follower; its first run looks at everybody, so that what changed while dispatch was away counts. */
export function createLeavers(options: {
  file: IncidentFile;
  registry: () => Registry;
  escalation: Escalation;
}): Leavers {
  let seen: number | undefined;
  return {
    run: async () => {
      const { revision } = options.registry();
      if (revision === seen) return false;
      const hasMore = await options.file.write((writing) => releaseLeavers(writing, options.escalation));
      if (!hasMore) seen = revision;
      return hasMore;
    },
  };
}

/**
 * Releases the assignments of people whose account or right to be sent has ended, or who are of the community no more; an
 * incident to which nobody else goes sounds anew.
 *
 * @returns True where more are waiting.
 */
async function releaseLeavers(writing: Writing, escalation: Escalation): Promise<boolean> {
  const { trx, registry } = writing;
  const active = await trx
    .selectFrom('incident')
    .innerJoin('assignment', 'assignment.incident', 'incident.id')
    .selectAll('assignment')
    .select('incident.community')
    .where('incident.state', '<>', sql.lit('resolved' as const))
    .where('assignment.state', 'not in', ['declined', 'released'])
    .execute();
  const leaving = active.filter(({ community, person }) => !findResponder(registry, community, person));
  for (const assignment of leaving.slice(0, maxReleasedAtOnce))
    await release(writing, escalation, assignment);
  return leaving.length > maxReleasedAtOnce;
}

async function release(
  writing: Writing,
  escalation: Escalation,
  { id, incident: of, person_name: name }: AssignmentRow,
): Promise<void> {
  const incident = await findIncident(writing, of);
  if (!incident) return;
  await writing.trx
    .updateTable('assignment')
    .set({ state: 'released', changed_at: writing.now, answer_due_at: null })
    .where('id', '=', id)
    .execute();
  await appendLine(writing, incident, {
    type: 'released',
    words: {
      zh: `${name} 已撤回：账号已停用、权限已撤销或已离开小区`,
      en: `${name} released: their account or right has ended, or they left the community`,
    },
  });
  await soundIfNobodyGoes(writing, escalation, incident);
  await saveIncident(writing, incident);
}
