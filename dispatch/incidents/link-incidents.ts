import type { Kysely } from 'kysely';
import { createCompiledLookup } from '#runtime/compiled-query.ts';
import type { IncidentTransaction } from '../storage/incident-database.ts';
import type { DispatchTables, IncidentRow } from '../storage/tables.ts';
import { appendEntry, saveIncident } from './timeline.ts';

/**
 * Lets an incident about a late alarm and the closed one that was open when it was captured name each other, on card and
 * timeline; once a pair. Saves both.
 */
export async function linkIncidents(
  transaction: IncidentTransaction,
  incident: IncidentRow,
  closed: IncidentRow,
): Promise<void> {
  const { numInsertedOrUpdatedRows } = await transaction.trx
    .insertInto('incident_link')
    .values([
      { incident: incident.id, other: closed.id },
      { incident: closed.id, other: incident.id },
    ])
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if (numInsertedOrUpdatedRows === 0n) return;
  await appendEntry(transaction, incident, {
    type: 'linked',
    words: {
      zh: `报警发生时警情 ${closed.number} 尚未关闭，现已关闭`,
      en: `Incident ${closed.number} was open when it happened and has been closed since`,
    },
  });
  await saveIncident(transaction, incident);
  await appendEntry(transaction, closed, {
    type: 'linked',
    words: {
      zh: `关闭后才收到处置期间的报警：见警情 ${incident.number}`,
      en: `An alarm of that time came after it was closed: see incident ${incident.number}`,
    },
  });
  await saveIncident(transaction, closed);
}

/** An incident and another that it names. */
export interface LinkedRow {
  incident: string;
  other: string;
  number: string;
}

/** What some incidents name, the newest first. */
export const linkedOf = createCompiledLookup((db: Kysely<DispatchTables>, incidents) =>
  db
    .selectFrom('incident_link')
    .innerJoin('incident', 'incident.id', 'incident_link.other')
    .select(['incident_link.incident', 'incident_link.other', 'incident.number'])
    .where('incident_link.incident', 'in', incidents)
    .orderBy('incident.opened_at', 'desc'),
);
