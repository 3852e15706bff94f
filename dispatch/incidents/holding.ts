import type { Kysely } from 'kysely';
import { type HoldingKind, holdingKinds } from '#contracts/facts/event-kinds.ts';
import type { WarningKind } from '#contracts/facts/incident-kinds.ts';
import { createCompiledLookup } from '#runtime/compiled-query.ts';
import type { DispatchTables } from '../storage/tables.ts';

/** A condition on an incident that its device still says. */
export interface HoldingRow {
  incident: string;
  kind: HoldingKind;
  device: string | null;
}

/** An alarm of an incident whose device was removed: its state is unknown. */
export interface TakenOutRow {
  incident: string;
  kind: WarningKind;
}

/**
 * Conditions that devices still report, by incident, in order of kind and device. A late alarm says nothing of now, and what
 * only another gateway said is its word alone: the warnings of both end with their incident.
 */
export const holdingOf = createCompiledLookup((db: Kysely<DispatchTables>, incidents) =>
  db
    .selectFrom('incident_warning')
    .select(['incident', 'kind', 'device'])
    .$narrowType<HoldingRow>()
    .distinct()
    .where('incident', 'in', incidents)
    .where('active', '=', 1)
    .where('own_now', '=', 1)
    .where('taken_out', '=', 0)
    .where('kind', 'in', holdingKinds)
    .orderBy('kind')
    .orderBy('device'),
);

/** What of some incidents was removed from the registry before its end was reported, in order of kind. */
export const takenOutOf = createCompiledLookup((db: Kysely<DispatchTables>, incidents) =>
  db
    .selectFrom('incident_warning')
    .select(['incident', 'kind'])
    .$narrowType<TakenOutRow>()
    .distinct()
    .where('incident', 'in', incidents)
    .where('taken_out', '=', 1)
    .orderBy('kind'),
);

/**
 * What still holds of a resolved incident and is handled nowhere else: an open incident with the same warning has it
 * already.
 */
export async function holdingAlone(db: Kysely<DispatchTables>, incident: string): Promise<HoldingRow[]> {
  const rows = await db
    .selectFrom('incident_warning as own')
    .select(['own.incident', 'own.kind', 'own.device'])
    .distinct()
    .where('own.incident', '=', incident)
    .where('own.active', '=', 1)
    .where('own.own_now', '=', 1)
    .where('own.taken_out', '=', 0)
    .where('own.kind', 'in', holdingKinds)
    .where(({ exists, not, selectFrom }) =>
      not(
        exists(
          selectFrom('incident_warning as other')
            .innerJoin('incident', 'incident.id', 'other.incident')
            .select('other.warning')
            .whereRef('other.warning', '=', 'own.warning')
            .whereRef('other.incident', '<>', 'own.incident')
            .where('incident.state', '<>', 'resolved'),
        ),
      ),
    )
    .orderBy('own.kind')
    .orderBy('own.device')
    .execute();
  return rows as HoldingRow[];
}
