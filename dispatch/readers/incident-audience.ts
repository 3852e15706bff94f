import { type Kysely, sql } from 'kysely';
import { endedAssignmentStates } from '#contracts/facts/assignments.ts';
import type { DispatchTables, IncidentRow } from '../storage/tables.ts';

/** Most incidents brought to one person that are read, worst first. */
const maxOpenFor = 200;

/** Written into the statement, because a partial index is chosen by what the statement says. */
const resolvedState = sql.lit('resolved' as const);

/** Open incidents brought to a person of a community: an active assignment, or a message of the present attention. */
export function openRowsFor(
  db: Kysely<DispatchTables>,
  community: string,
  person: string,
): Promise<IncidentRow[]> {
  return db
    .selectFrom('incident')
    .selectAll()
    .where('community', '=', community)
    .where('state', '<>', resolvedState)
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('assignment')
        .select('incident')
        .where('person', '=', person)
        .where('assignment.state', 'not in', endedAssignmentStates)
        .union(
          eb
            .selectFrom('notification')
            .innerJoin('incident as told', 'told.id', 'notification.incident')
            .select('notification.incident')
            .where('notification.person', '=', person)
            .where('told.state', '<>', resolvedState)
            .where('notification.about', '=', 'alarm')
            .whereRef('told.attention', '=', 'notification.attention'),
        ),
    )
    .orderBy('rank')
    .orderBy('attention_at')
    .limit(maxOpenFor)
    .execute();
}

/** The people an open incident was brought to, by the measure of `openRowsFor`; none for a resolved one. */
export async function audienceOf(db: Kysely<DispatchTables>, incident: string): Promise<string[]> {
  const rows = await db
    .selectFrom('assignment')
    .innerJoin('incident', 'incident.id', 'assignment.incident')
    .select('assignment.person')
    .where('incident.id', '=', incident)
    .where('incident.state', '<>', resolvedState)
    .where('assignment.state', 'not in', endedAssignmentStates)
    .union((eb) =>
      eb
        .selectFrom('notification')
        .innerJoin('incident as told', 'told.id', 'notification.incident')
        .select('notification.person')
        .where('told.id', '=', incident)
        .where('told.state', '<>', resolvedState)
        .where('notification.about', '=', 'alarm')
        .whereRef('told.attention', '=', 'notification.attention'),
    )
    .execute();
  return rows.map(({ person }) => person);
}

/** Incidents of a dwelling: open ones worst first, then resolved ones since `resolvedSince`, newest first. */
export function rowsOfDwelling(
  db: Kysely<DispatchTables>,
  options: { community: string; dwelling: string; resolvedSince: number; limit: number },
): Promise<IncidentRow[]> {
  return db
    .selectFrom('incident')
    .selectAll()
    .where('community', '=', options.community)
    .where('dwelling', '=', options.dwelling)
    .where((eb) => eb.or([eb('state', '<>', resolvedState), eb('resolved_at', '>=', options.resolvedSince)]))
    .orderBy(sql`CASE state WHEN 'resolved' THEN 1 ELSE 0 END`)
    .orderBy(sql`CASE state WHEN 'resolved' THEN -resolved_at ELSE rank END`)
    .limit(options.limit)
    .execute();
}

/** Incidents of some days, by number above `after`; the numbers begin with the day, which their index is read by. */
export function rowsOfDays(
  db: Kysely<DispatchTables>,
  community: string,
  { from, to, after = '', limit }: { from: string; to: string; after?: string; limit: number },
): Promise<IncidentRow[]> {
  return (
    db
      .selectFrom('incident')
      .selectAll()
      .where('community', '=', community)
      .where('number', '>', after > from ? after : from)
      // The character after "-", which separates day and counter.
      .where('number', '<', `${to}.`)
      .orderBy('number')
      .limit(limit)
      .execute()
  );
}
