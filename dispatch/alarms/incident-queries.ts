import { sql } from 'kysely';
import type { IncidentTransaction } from '../storage/incident-database.ts';
import type { IncidentRow } from '../storage/tables.ts';
import type { Alarm } from './alarm.ts';
import type { IncidentSnapshot } from './alarm-decision.ts';

/** The incident on whose timeline a record stands. */
export function findByRecord(
  transaction: IncidentTransaction,
  record: string,
): Promise<IncidentRow | undefined> {
  return transaction.trx
    .selectFrom('timeline')
    .innerJoin('incident', 'incident.id', 'timeline.incident')
    .selectAll('incident')
    .where('timeline.record', '=', record)
    .executeTakeFirst();
}

/** True where a line that time alone caused stands already; its warning and instant identify it. */
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

/** The open incident to which an alarm of now attaches; one of now before one about a late alarm, then the newest. */
export function findOpen(transaction: IncidentTransaction, alarm: Alarm): Promise<IncidentRow | undefined> {
  return transaction.trx
    .selectFrom('incident')
    .selectAll()
    .where('community', '=', alarm.transition.community)
    .where('attach_key', '=', alarm.attachKey)
    .where('state', '<>', sql.lit('resolved' as const))
    .where('drill', '=', Number(alarm.transition.drill))
    .orderBy('late')
    .orderBy('opened_at', 'desc')
    .limit(1)
    .executeTakeFirst();
}

/** The incident, resolved while the device said it, of which an alarm is a further report. */
export function findHeld(
  transaction: IncidentTransaction,
  { transition, source }: Alarm,
): Promise<IncidentRow | undefined> {
  return transaction.trx
    .selectFrom('incident')
    .innerJoin('incident_warning', 'incident_warning.incident', 'incident.id')
    .selectAll('incident')
    .where('incident.community', '=', transition.community)
    .where('incident.drill', '=', Number(transition.drill))
    .where('incident.reopen_at', 'is not', null)
    .where('incident_warning.kind', '=', transition.kind)
    .where('incident_warning.source', '=', source)
    .where('incident_warning.active', '=', 1)
    .orderBy('incident.resolved_at', 'desc')
    .limit(1)
    .executeTakeFirst();
}

/** What of an alarm an open incident knows already. */
export async function snapshotFor(
  transaction: IncidentTransaction,
  incident: IncidentRow,
  alarm: Alarm,
): Promise<IncidentSnapshot> {
  const { kind } = alarm.transition;
  const known = await transaction.trx
    .selectFrom('incident_warning')
    .select([
      sql<number | null>`max(kind = ${kind})`.as('kind'),
      sql<number | null>`max(source = ${alarm.source})`.as('source'),
      sql<number | null>`max(resident is ${alarm.resident ?? null})`.as('person'),
      sql<number | null>`max(kind = ${kind} and source = ${alarm.source} and active)`.as('holds'),
    ])
    .where('incident', '=', incident.id)
    .executeTakeFirst();
  return {
    state: incident.state === 'new' ? 'new' : 'acknowledged',
    level: incident.level,
    late: incident.late === 1,
    saidByOther: incident.said_by_other === 1,
    knowsKind: known?.kind === 1,
    knowsSource: known?.source === 1,
    knowsPerson: alarm.resident === undefined || known?.person === 1,
    conditionHolds: known?.holds === 1,
    sinceAttentionMs: alarm.transition.at - incident.attention_at,
  };
}

/** True where a warning stands on an incident. */
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

/**
 * Lets an alarm's warning stand on an incident, as active. It is late as long as only late alarms are known of it: those
 * do not tell what holds now.
 */
export async function saveWarning(
  transaction: IncidentTransaction,
  incident: string,
  alarm: Alarm,
): Promise<void> {
  const late = Number(alarm.transition.late);
  const ownNow = Number(!alarm.transition.late && !alarm.transition.saidByOther);
  await transaction.trx
    .insertInto('incident_warning')
    .values({
      incident,
      warning: alarm.transition.warning,
      kind: alarm.transition.kind,
      source: alarm.source,
      resident: alarm.resident ?? null,
      device: alarm.transition.device ?? null,
      active: 1,
      late,
      own_now: ownNow,
      taken_out: 0,
    })
    .onConflict((conflict) =>
      conflict.columns(['incident', 'warning']).doUpdateSet((eb) => ({
        active: 1,
        late: eb.fn<number>('min', ['incident_warning.late', eb.val(late)]),
        own_now: eb.fn<number>('max', ['incident_warning.own_now', eb.val(ownNow)]),
        // Its own gateway says it now: it is there again.
        ...(ownNow === 1 && { taken_out: 0 }),
      })),
    )
    .execute();
}

/** Lets an incident be one of an alarm's device and kind, from the first of them that is not late. */
export async function saveSource(
  { trx }: IncidentTransaction,
  incident: string,
  { subject, transition, capturedAt }: Alarm,
): Promise<void> {
  const first = transition.late ? null : capturedAt;
  await trx
    .insertInto('incident_source')
    .values({ subject, kind: transition.kind, incident, first_captured_at: first })
    .onConflict((conflict) =>
      conflict.columns(['subject', 'kind', 'incident']).doUpdateSet({
        first_captured_at: sql`min(coalesce(first_captured_at, ${first}), coalesce(${first}, first_captured_at))`,
      }),
    )
    .execute();
}
