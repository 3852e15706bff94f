import { type Kysely, sql } from 'kysely';
import { isWorse } from '#contracts/facts/levels.ts';
import type { Escalation } from '../escalation/escalation.ts';
import { realert } from '../escalation/re-alert.ts';
import { linkIncidents } from '../incidents/link-incidents.ts';
import { saveIncident } from '../incidents/timeline.ts';
import type { IncidentTransaction } from '../storage/incident-database.ts';
import type { DispatchTables, IncidentRow } from '../storage/tables.ts';
import type { Alarm } from './alarm.ts';
import { appendAlarm, attach, openFor } from './attach.ts';
import { saveWarning } from './incident-queries.ts';

/** Most incidents of one device and kind that are looked at for a late alarm, the newest first. */
const maxLookedAt = 50;

/**
 * Applies a late alarm (DESIGN.md, promise 6). It joins the incident of its device and kind that was open when it was
 * captured, if that is still open. If not, life safety and what asks for a call opens a late incident, one a place and
 * kind while it is open, which names the closed one; anything else is dropped. Nearness in time decides nothing.
 */
export async function applyLateAlarm(
  transaction: IncidentTransaction,
  escalation: Escalation,
  alarm: Alarm,
): Promise<'attached-late' | 'late-dropped' | 'opened' | 'attached' | 're-alerted'> {
  const { transition } = alarm;
  const open = await findOpenThen(transaction, alarm, 'open');
  if (open) return attachLate(transaction, escalation, open, alarm);
  if (!transition.lifeSafety && !alarm.counted) return 'late-dropped';
  const closed = await findOpenThen(transaction, alarm, 'closed');
  const late = await findOpenLate(transaction, alarm);
  const { incident, outcome } = late
    ? { incident: late, outcome: await attach(transaction, escalation, late, alarm) }
    : { incident: await openFor(transaction, escalation, alarm), outcome: 'opened' as const };
  if (closed) await linkIncidents(transaction, incident, closed);
  return outcome;
}

/**
 * A late alarm on the incident that was open when it was captured. A press after the incident was answered is one that
 * nobody has seen, and nobody has answered a higher level (promise 8): both re-alert.
 */
async function attachLate(
  transaction: IncidentTransaction,
  escalation: Escalation,
  incident: IncidentRow,
  alarm: Alarm,
): Promise<'attached-late' | 're-alerted'> {
  await saveWarning(transaction, incident.id, alarm);
  await appendAlarm(transaction, incident, alarm);
  const isUnseen = incident.acknowledged_at !== null && alarm.capturedAt > incident.acknowledged_at;
  const isUnansweredPress = alarm.momentary && incident.state === 'acknowledged' && isUnseen;
  const isHigher = isWorse(alarm.transition.level, incident.level);
  if (isHigher) incident.level = alarm.transition.level;
  const sounds = isHigher || isUnansweredPress;
  if (sounds) await realert(transaction, escalation, incident, alarm.transition.at);
  await saveIncident(transaction, incident);
  return sounds ? 're-alerted' : 'attached-late';
}

/**
 * The newest incident of an alarm's device and kind that was open when the alarm was captured, by what it is now. It
 * begins with its opening or, where that is earlier, with the capture of that device's first alarm on it.
 */
async function findOpenThen(
  { trx }: IncidentTransaction,
  { transition, subject, capturedAt }: Alarm,
  now: 'open' | 'closed',
): Promise<IncidentRow | undefined> {
  const rows = await trx
    .selectFrom('incident_source')
    .innerJoin('incident', 'incident.id', 'incident_source.incident')
    .selectAll('incident')
    // The last of these entries before the capture shows whether it was closed then.
    .select(({ selectFrom }) =>
      selectFrom('timeline')
        .select('timeline.type')
        .whereRef('timeline.incident', '=', 'incident.id')
        .where('timeline.type', 'in', [sql.lit('resolved' as const), sql.lit('reopened' as const)])
        .where('timeline.at', '<', capturedAt)
        .orderBy('timeline.sequence', 'desc')
        .limit(1)
        .as('before'),
    )
    .where('incident_source.subject', '=', subject)
    .where('incident_source.kind', '=', transition.kind)
    .where('incident.community', '=', transition.community)
    .where('incident.drill', '=', Number(transition.drill))
    .where('incident.state', now === 'open' ? '<>' : '=', sql.lit('resolved' as const))
    .where((eb) => eb.or([eb('resolved_at', 'is', null), eb('resolved_at', '>=', capturedAt)]))
    .where((eb) => eb.or([eb('opened_at', '<=', capturedAt), eb('first_captured_at', '<=', capturedAt)]))
    .orderBy('incident.opened_at', 'desc')
    .limit(maxLookedAt)
    .execute();
  const found = rows.find(({ before }) => before !== 'resolved');
  if (!found) return undefined;
  const { before: _before, ...incident } = found;
  return incident;
}

/** The open late incident of an alarm's place and kind. */
function findOpenLate(
  { trx }: IncidentTransaction,
  { transition, attachKey }: Alarm,
): Promise<IncidentRow | undefined> {
  return trx
    .selectFrom('incident')
    .selectAll()
    .where('community', '=', transition.community)
    .where('attach_key', '=', attachKey)
    .where('state', '<>', sql.lit('resolved' as const))
    .where('late', '=', 1)
    .where('kind', '=', transition.kind)
    .where('drill', '=', Number(transition.drill))
    .orderBy('opened_at', 'desc')
    .limit(1)
    .executeTakeFirst();
}

/** When the alarm that opened each of these late incidents was captured; without those of which it is not known. */
export async function capturesOfLate(
  db: Kysely<DispatchTables>,
  ids: readonly string[],
): Promise<Map<string, number>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom('incident')
    .select('incident.id')
    .select(({ selectFrom }) =>
      selectFrom('timeline')
        .select('timeline.captured_at')
        .whereRef('timeline.incident', '=', 'incident.id')
        .where('timeline.type', '=', 'alarm')
        .orderBy('timeline.sequence')
        .limit(1)
        .as('at'),
    )
    .where('incident.id', 'in', ids)
    .execute();
  return new Map(rows.flatMap(({ id, at }) => (at === null ? [] : [[id, at]])));
}
