import { isWorse } from '#contracts/facts/levels.ts';
import type { WarningTransition } from '#contracts/warning-transition.ts';
import type { Escalation } from '../escalation/escalation.ts';
import { soundAnew } from '../escalation/sound-anew.ts';
import type { Writing } from '../incidents/incident-file.ts';
import { openIncident } from '../incidents/open-incident.ts';
import { appendLine, saveIncident } from '../incidents/timeline.ts';
import type { IncidentRow } from '../tables.ts';
import { clip, saidByOtherMark, summaryOf, type Words } from '../words.ts';
import type { Alarm } from './alarm.ts';
import { reasonToSound } from './alarm-decision.ts';
import { takeMembers } from './condition.ts';
import { keepSource, keepWarning, standingOf } from './standing.ts';

const maxOriginLength = 128;

/** Lets an alarm join an open incident; it sounds anew where it tells more than people have answered. Saves it. */
export async function attach(
  writing: Writing,
  escalation: Escalation,
  incident: IncidentRow,
  alarm: Alarm,
): Promise<'sounded-anew' | 'attached'> {
  const { line } = alarm;
  const reason = reasonToSound(await standingOf(writing, incident, alarm), {
    level: line.level,
    lifeSafety: line.lifeSafety,
    momentary: alarm.momentary,
    late: line.late,
    counted: alarm.counted,
    possibleRepeat: line.possibleRepeat ?? false,
    saidByOther: line.saidByOther ?? false,
  });
  await keepWarning(writing, incident.id, alarm);
  if (leads(incident, alarm)) takeOver(incident, alarm);
  const before = incident.last_alarm_at;
  await appendAlarm(writing, incident, alarm);
  // What may be the same alarm again must not ring at a person who answered that one.
  if (line.possibleRepeat && !reason) incident.last_alarm_at = before;
  if (reason) await soundAnew(writing, escalation, incident, alarm.line.at);
  await saveIncident(writing, incident);
  return reason ? 'sounded-anew' : 'attached';
}

/** Opens an incident for an alarm, and tells people. Saves it. */
export async function openFor(writing: Writing, escalation: Escalation, alarm: Alarm): Promise<IncidentRow> {
  const { line } = alarm;
  const incident = await openIncident(writing, {
    community: line.community,
    kind: line.kind,
    level: line.level,
    lifeSafety: line.lifeSafety,
    late: line.late,
    drill: line.drill,
    saidByOther: line.saidByOther ?? false,
    source: 'warning',
    place: alarm.place,
    attachKey: alarm.attachKey,
    openedAt: line.at,
  });
  await keepWarning(writing, incident.id, alarm);
  await appendAlarm(writing, incident, alarm);
  await escalation.start(writing, incident);
  await saveIncident(writing, incident);
  return incident;
}

/** They say no more than that something may have happened: what a later alarm names is what the card tells. */
const unspecificKinds: ReadonlySet<string> = new Set(['unreadable-alarm', 'generic-alarm', 'alarm-lost']);

/** Whether an alarm is what the incident is about from now on. */
export function leads(incident: IncidentRow, { line }: Alarm): boolean {
  if (isWorse(line.level, incident.level)) return true;
  if (line.lifeSafety && incident.life_safety === 0) return true;
  const isNamed = unspecificKinds.has(incident.kind) && !unspecificKinds.has(line.kind);
  if (isNamed && line.lifeSafety && !line.late && !isWorse(incident.level, line.level)) return true;
  const isSurer = (incident.late === 1 && !line.late) || (incident.said_by_other === 1 && !line.saidByOther);
  return isSurer && !isWorse(incident.level, line.level);
}

/** The incident takes the alarm's kind and lateness; its level never falls. */
export function takeOver(incident: IncidentRow, { line }: Alarm): void {
  incident.kind = line.kind;
  if (isWorse(line.level, incident.level)) incident.level = line.level;
  if (line.lifeSafety) incident.life_safety = 1;
  incident.late = Number(line.late);
  incident.said_by_other = Number(line.saidByOther ?? false);
  const words = summaryOf({
    kind: line.kind,
    label: incident.label,
    late: incident.late === 1,
    drill: incident.drill === 1,
    saidByOther: incident.said_by_other === 1,
  });
  incident.summary_zh = words.zh;
  incident.summary_en = words.en;
}

/** Puts an alarm on an incident's timeline and counts it. The caller saves it. */
export async function appendAlarm(writing: Writing, incident: IncidentRow, alarm: Alarm): Promise<void> {
  const { line } = alarm;
  incident.alarm_count += 1;
  await keepSource(writing, incident.id, alarm);
  takeMembers(incident, line);
  if (line.possibleRepeat) incident.possible_repeats += 1;
  if (!line.late) incident.last_alarm_at = Math.max(incident.last_alarm_at, line.at);
  await appendLine(writing, incident, {
    type: 'alarm',
    words: alarmWords(line),
    at: line.at,
    level: line.level,
    kind: line.kind,
    warning: line.warning,
    warnings: [line.warning],
    record: alarm.record,
    origin: line.origin === undefined ? undefined : clip(line.origin, maxOriginLength),
    observedAt: line.observedAt,
    subject: alarm.subject,
    capturedAt: alarm.capturedAt,
    possibleRepeat: line.possibleRepeat,
    saidByOther: line.saidByOther,
  });
}

/** What a line of the timeline says; what asks to be verified says so before anything else. */
function alarmWords({ late, saidByOther, evidence: { zh, en } }: WarningTransition): Words {
  const by = saidByOther ? saidByOtherMark : { zh: '', en: '' };
  const when = late ? { zh: '迟到，需核实：', en: 'Late, verify: ' } : { zh: '', en: '' };
  return { zh: `${by.zh}${when.zh}${zh}`, en: `${by.en}${when.en}${en}` };
}
