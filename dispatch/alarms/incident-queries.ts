import { type Kysely, sql } from 'kysely';
import { columnsOf, createCompiledQuery } from '#runtime/compiled-query.ts';
import { warningColumns } from '../storage/columns.ts';
import type { IncidentTransaction } from '../storage/incident-database.ts';
import type { DispatchTables, IncidentRow } from '../storage/tables.ts';
import type { Alarm } from './alarm.ts';
import type { IncidentSnapshot } from './alarm-decision.ts';

type Db = Kysely<DispatchTables>;
type WarningRow = DispatchTables['incident_warning'];
type SourceRow = DispatchTables['incident_source'];

/** Written out: of a bound limit SQLite does not know that one row is enough, and prepares to sort many. */
const one = sql.lit(1);

const selectByRecord = createCompiledQuery((db: Db, input: { record: string }) =>
  db
    .selectFrom('timeline')
    .innerJoin('incident', 'incident.id', 'timeline.incident')
    .selectAll('incident')
    .where('timeline.record', '=', input.record),
);

/** The incident on whose timeline a record is. */
export async function findByRecord(
  { trx }: IncidentTransaction,
  record: string,
): Promise<IncidentRow | undefined> {
  return (await selectByRecord(trx, { record })).rows[0];
}

/** True where a transition without a record was applied already; its warning and instant identify it. */
export async function isKnownWithoutRecord(
  transaction: IncidentTransaction,
  { transition }: Alarm,
): Promise<boolean> {
  const row = await transaction.trx
    .selectFrom('incident_warning')
    .innerJoin('timeline', 'timeline.incident', 'incident_warning.incident')
    .select('timeline.sequence')
    .where('incident_warning.warning', '=', transition.warning)
    .where('timeline.warning', '=', transition.warning)
    .where('timeline.type', '=', 'alarm')
    .where('timeline.record', 'is', null)
    .where('timeline.at', '=', transition.at)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

const selectOpen = createCompiledQuery(
  (db: Db, input: { community: string; attachKey: string; drill: number }) =>
    db
      .selectFrom('incident')
      .selectAll()
      .where('community', '=', input.community)
      .where('attach_key', '=', input.attachKey)
      .where('state', '<>', sql.lit('resolved' as const))
      .where('drill', '=', input.drill)
      .orderBy('late')
      .orderBy('opened_at', 'desc')
      .limit(one),
);

/** The open incident to which an alarm of now attaches; one of now before one about a late alarm, then the newest. */
export async function findOpen(
  { trx }: IncidentTransaction,
  { transition: { community, drill }, attachKey }: Alarm,
): Promise<IncidentRow | undefined> {
  return (await selectOpen(trx, { community, attachKey, drill: Number(drill) })).rows[0];
}

const selectHeld = createCompiledQuery(
  (db: Db, input: { community: string; drill: number; kind: string; source: string }) =>
    db
      .selectFrom('incident')
      .innerJoin('incident_warning', 'incident_warning.incident', 'incident.id')
      .selectAll('incident')
      .where('incident.community', '=', input.community)
      .where('incident.drill', '=', input.drill)
      .where('incident.reopen_at', 'is not', null)
      .where('incident_warning.kind', '=', input.kind)
      .where('incident_warning.source', '=', input.source)
      .where('incident_warning.active', '=', 1)
      .orderBy('incident.resolved_at', 'desc')
      .limit(one),
);

/** The incident, resolved while the device said it, of which an alarm is a further report. */
export async function findHeld(
  { trx }: IncidentTransaction,
  { transition: { community, drill, kind }, source }: Alarm,
): Promise<IncidentRow | undefined> {
  return (await selectHeld(trx, { community, drill: Number(drill), kind, source })).rows[0];
}

const selectKnown = createCompiledQuery(
  (db: Db, input: { incident: string; kind: string; source: string; resident: string }) =>
    db
      .selectFrom('incident_warning')
      .select(({ fn, lit, case: when }) => [
        fn
          .max<number | null>(when().when('kind', '=', input.kind).then(lit(1)).else(lit(0)).end())
          .as('kind'),
        fn
          .max<number | null>(when().when('source', '=', input.source).then(lit(1)).else(lit(0)).end())
          .as('source'),
        fn
          .max<number | null>(when().when('resident', '=', input.resident).then(lit(1)).else(lit(0)).end())
          .as('person'),
      ])
      .select(({ fn, and, eb, lit, case: when }) =>
        fn
          .max<number | null>(
            when()
              .when(and([eb('kind', '=', input.kind), eb('source', '=', input.source), eb('active', '=', 1)]))
              .then(lit(1))
              .else(lit(0))
              .end(),
          )
          .as('holds'),
      )
      .where('incident', '=', input.incident),
);

/** What of an alarm an open incident knows already. */
export async function snapshotFor(
  { trx }: IncidentTransaction,
  incident: IncidentRow,
  { transition, source, resident }: Alarm,
): Promise<IncidentSnapshot> {
  const sought = { incident: incident.id, kind: transition.kind, source, resident: resident ?? '' };
  const known = (await selectKnown(trx, sought)).rows[0];
  return {
    state: incident.state === 'new' ? 'new' : 'acknowledged',
    level: incident.level,
    late: incident.late === 1,
    saidByOther: incident.said_by_other === 1,
    knowsKind: known?.kind === 1,
    knowsSource: known?.source === 1,
    knowsPerson: resident === undefined || known?.person === 1,
    conditionHolds: known?.holds === 1,
    sinceAttentionMs: transition.at - incident.attention_at,
  };
}

/** True where an incident has a warning. */
export async function holdsWarning(
  transaction: IncidentTransaction,
  incident: string,
  warning: string,
): Promise<boolean> {
  const row = await transaction.trx
    .selectFrom('incident_warning')
    .select('active')
    .where('incident', '=', incident)
    .where('warning', '=', warning)
    .executeTakeFirst();
  return row !== undefined;
}

const upsertWarning = createCompiledQuery((db: Db, row: WarningRow) =>
  db
    .insertInto('incident_warning')
    .values(columnsOf(row, warningColumns))
    .onConflict((conflict) =>
      conflict.columns(['incident', 'warning']).doUpdateSet(({ ref, lit, case: when }) => ({
        active: 1,
        // The least and the greatest of both, in words that every engine knows.
        late: when()
          .when('excluded.late', '<', ref('incident_warning.late'))
          .then(ref('excluded.late'))
          .else(ref('incident_warning.late'))
          .end(),
        own_now: when()
          .when('excluded.own_now', '>', ref('incident_warning.own_now'))
          .then(ref('excluded.own_now'))
          .else(ref('incident_warning.own_now'))
          .end(),
        // Its own gateway says it now: it is there again.
        taken_out: when()
          .when('excluded.own_now', '=', 1)
          .then(lit(0))
          .else(ref('incident_warning.taken_out'))
          .end(),
      })),
    ),
);

/**
 * Puts an alarm's warning on an incident, as active. It is late as long as only late alarms are known of it: those do not
 * tell what holds now.
 */
export async function saveWarning(
  { trx }: IncidentTransaction,
  incident: string,
  { transition, source, resident }: Alarm,
): Promise<void> {
  await upsertWarning(trx, {
    incident,
    warning: transition.warning,
    kind: transition.kind,
    source,
    resident: resident ?? null,
    device: transition.device ?? null,
    active: 1,
    late: Number(transition.late),
    own_now: Number(!transition.late && !transition.saidByOther),
    taken_out: 0,
  });
}

const upsertSource = createCompiledQuery((db: Db, row: SourceRow) =>
  db
    .insertInto('incident_source')
    .values(columnsOf(row, ['subject', 'kind', 'incident', 'first_captured_at']))
    .onConflict((conflict) =>
      conflict.columns(['subject', 'kind', 'incident']).doUpdateSet(({ eb, or, ref, case: when }) => ({
        first_captured_at: when()
          .when(
            or([
              eb('incident_source.first_captured_at', 'is', null),
              eb('excluded.first_captured_at', '<', ref('incident_source.first_captured_at')),
            ]),
          )
          .then(ref('excluded.first_captured_at'))
          .else(ref('incident_source.first_captured_at'))
          .end(),
      })),
    ),
);

/** Counts an incident among those of an alarm's device and kind, from the first alarm of them that is not late. */
export async function saveSource(
  { trx }: IncidentTransaction,
  incident: string,
  { subject, transition, capturedAt }: Alarm,
): Promise<void> {
  const first_captured_at = transition.late ? null : capturedAt;
  await upsertSource(trx, { subject, kind: transition.kind, incident, first_captured_at });
}
