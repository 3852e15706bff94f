import { isWorse } from '#contracts/facts/levels.ts';
import type { WarningTransition } from '#contracts/warning-transition.ts';
import type { Escalation } from '../escalation/escalation.ts';
import { realert } from '../escalation/re-alert.ts';
import { openIncident } from '../incidents/open-incident.ts';
import { appendEntry, saveIncident } from '../incidents/timeline.ts';
import type { IncidentTransaction } from '../storage/incident-database.ts';
import type { IncidentRow } from '../storage/tables.ts';
import { clip, otherGatewayMark, summaryOf, type Words } from '../words.ts';
import type { Alarm } from './alarm.ts';
import { realertReason } from './alarm-decision.ts';
import { setMembers } from './condition.ts';
import { saveSource, saveWarning, snapshotFor } from './incident-queries.ts';

const maxOriginLength = 128;

/** Adds an alarm to an open incident, and re-alerts where people have not answered it yet. Saves the incident. */
export async function attach(
  transaction: IncidentTransaction,
  escalation: Escalation,
  incident: IncidentRow,
  alarm: Alarm,
): Promise<'re-alerted' | 'attached'> {
  const { transition } = alarm;
  const reason = realertReason(await snapshotFor(transaction, incident, alarm), {
    level: transition.level,
    lifeSafety: transition.lifeSafety,
    momentary: alarm.momentary,
    late: transition.late,
    counted: alarm.counted,
    possibleRepeat: transition.possibleRepeat ?? false,
    saidByOther: transition.saidByOther ?? false,
  });
  await saveWarning(transaction, incident.id, alarm);
  if (leads(incident, alarm)) adoptAlarm(incident, alarm);
  const before = incident.last_alarm_at;
  await appendAlarm(transaction, incident, alarm);
  // What may be the same alarm again must not ring at a person who answered that one.
  if (transition.possibleRepeat && !reason) incident.last_alarm_at = before;
  if (reason) await realert(transaction, escalation, incident, alarm.transition.at);
  await saveIncident(transaction, incident);
  return reason ? 're-alerted' : 'attached';
}

/** Opens an incident for an alarm, notifies people, and saves it. */
export async function openFor(
  transaction: IncidentTransaction,
  escalation: Escalation,
  alarm: Alarm,
): Promise<IncidentRow> {
  const { transition } = alarm;
  const incident = await openIncident(transaction, {
    community: transition.community,
    kind: transition.kind,
    level: transition.level,
    lifeSafety: transition.lifeSafety,
    late: transition.late,
    drill: transition.drill,
    saidByOther: transition.saidByOther ?? false,
    source: 'warning',
    place: alarm.place,
    attachKey: alarm.attachKey,
    openedAt: transition.at,
  });
  await saveWarning(transaction, incident.id, alarm);
  await appendAlarm(transaction, incident, alarm);
  await escalation.start(transaction, incident);
  await saveIncident(transaction, incident);
  return incident;
}

/** Kinds that only say that something may have happened: a later alarm's kind replaces theirs on the card. */
const unspecificKinds: ReadonlySet<string> = new Set(['unreadable-alarm', 'generic-alarm', 'alarm-lost']);

/** Whether an alarm is what the incident is about from now on. */
export function leads(incident: IncidentRow, { transition }: Alarm): boolean {
  if (isWorse(transition.level, incident.level)) return true;
  if (transition.lifeSafety && incident.life_safety === 0) return true;
  const isNamed = unspecificKinds.has(incident.kind) && !unspecificKinds.has(transition.kind);
  if (isNamed && transition.lifeSafety && !transition.late && !isWorse(incident.level, transition.level))
    return true;
  const isSurer =
    (incident.late === 1 && !transition.late) || (incident.said_by_other === 1 && !transition.saidByOther);
  return isSurer && !isWorse(incident.level, transition.level);
}

/** The incident takes the alarm's kind and lateness; its level never falls. */
export function adoptAlarm(incident: IncidentRow, { transition }: Alarm): void {
  incident.kind = transition.kind;
  if (isWorse(transition.level, incident.level)) incident.level = transition.level;
  if (transition.lifeSafety) incident.life_safety = 1;
  incident.late = Number(transition.late);
  incident.said_by_other = Number(transition.saidByOther ?? false);
  const words = summaryOf({
    kind: transition.kind,
    label: incident.label,
    late: incident.late === 1,
    drill: incident.drill === 1,
    saidByOther: incident.said_by_other === 1,
  });
  incident.summary_zh = words.zh;
  incident.summary_en = words.en;
}

/** Puts an alarm on an incident's timeline and counts it. The caller saves it. */
export async function appendAlarm(
  transaction: IncidentTransaction,
  incident: IncidentRow,
  alarm: Alarm,
): Promise<void> {
  const { transition } = alarm;
  incident.alarm_count += 1;
  await saveSource(transaction, incident.id, alarm);
  setMembers(incident, transition);
  if (transition.possibleRepeat) incident.possible_repeats += 1;
  if (!transition.late) incident.last_alarm_at = Math.max(incident.last_alarm_at, transition.at);
  await appendEntry(transaction, incident, {
    type: 'alarm',
    words: alarmWords(transition),
    at: transition.at,
    level: transition.level,
    kind: transition.kind,
    warning: transition.warning,
    warnings: [transition.warning],
    record: alarm.record,
    origin: transition.origin === undefined ? undefined : clip(transition.origin, maxOriginLength),
    observedAt: transition.observedAt,
    subject: alarm.subject,
    capturedAt: alarm.capturedAt,
    possibleRepeat: transition.possibleRepeat,
    saidByOther: transition.saidByOther,
  });
}

/** The text of a timeline entry; what must be verified says so first. */
function alarmWords({ late, saidByOther, evidence: { zh, en } }: WarningTransition): Words {
  const by = saidByOther ? otherGatewayMark : { zh: '', en: '' };
  const when = late ? { zh: '迟到，需核实：', en: 'Late, verify: ' } : { zh: '', en: '' };
  return { zh: `${by.zh}${when.zh}${zh}`, en: `${by.en}${when.en}${en}` };
}
