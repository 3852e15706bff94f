import { isWorse } from '#contracts/levels.ts';
import type { WarningTransition } from '#contracts/warning-transition.ts';
import type { Escalation } from '../escalation/escalation.ts';
import { reopenAsNew } from '../escalation/reopen-holding.ts';
import { soundAnew } from '../escalation/sound-anew.ts';
import type { Writing } from '../incidents/incident-file.ts';
import { openIncident } from '../incidents/open-incident.ts';
import { appendLine, saveIncident } from '../incidents/timeline.ts';
import type { IncidentRow } from '../tables.ts';
import { clip, summaryOf } from '../words.ts';
import { type Alarm, describeAlarm } from './alarm.ts';
import { reasonToSound } from './alarm-decision.ts';
import { changeMembers, endCondition, takeMembers } from './condition.ts';
import {
  findByRecord,
  findHeld,
  findNear,
  findOpen,
  holdsWarning,
  keepWarning,
  standingOf,
  standsWithoutRecord,
} from './standing.ts';

/** What became of a line of the warning log. */
export type LineOutcome =
  | 'opened'
  | 'attached'
  | 'sounded-anew'
  | 'attached-late'
  | 'stands-already'
  | 'changed'
  | 'ended'
  | 'closed-itself'
  | 'nothing-to-end'
  | 'blue'
  | 'of-people';

const maxOriginLength = 128;

/** Takes one line of the warning log into the incidents, inside a transaction that also moves the cursor. */
export async function takeLine(
  writing: Writing,
  escalation: Escalation,
  line: WarningTransition,
): Promise<LineOutcome> {
  switch (line.transition) {
    case 'raised':
    case 'repeated':
    case 'worsened':
      return line.level === 'blue' ? 'blue' : takeAlarm(writing, escalation, line);
    case 'changed':
      return changeMembers(writing, escalation, line);
    case 'cleared':
      return endCondition(writing, escalation, line);
    case 'acknowledged':
    case 'validated':
      return 'of-people';
  }
}

async function takeAlarm(
  writing: Writing,
  escalation: Escalation,
  line: WarningTransition,
): Promise<LineOutcome> {
  const alarm = describeAlarm(line, writing.registry);
  const standing = alarm.record && (await findByRecord(writing, alarm.record));
  if (standing) return joinStanding(writing, escalation, standing, alarm);
  if (!alarm.record && (await standsWithoutRecord(writing, alarm))) return 'stands-already';
  const near = line.late ? await findNear(writing, alarm) : undefined;
  if (near) return attachLate(writing, near, alarm);
  const open = await findOpen(writing, alarm);
  if (open) return attach(writing, escalation, open, alarm);
  const held = line.late ? undefined : await findHeld(writing, alarm);
  if (held) return reopenFor(writing, escalation, held, alarm);
  return openFor(writing, escalation, alarm);
}

/** A second warning of a record goes where the record stands, and sounds only by being worse. */
async function joinStanding(
  writing: Writing,
  escalation: Escalation,
  incident: IncidentRow,
  alarm: Alarm,
): Promise<LineOutcome> {
  if (await holdsWarning(writing, incident.id, alarm.line.warning)) return 'stands-already';
  await keepWarning(writing, incident.id, alarm);
  if (incident.state === 'resolved' || !isWorse(alarm.line.level, incident.level)) return 'stands-already';
  takeOver(incident, alarm);
  await appendLine(writing, incident, {
    type: 'escalated',
    words: alarm.line.evidence,
    at: alarm.line.at,
    level: alarm.line.level,
    kind: alarm.line.kind,
    warning: alarm.line.warning,
    warnings: [alarm.line.warning],
  });
  await soundAnew(writing, escalation, incident, alarm.line.at);
  await saveIncident(writing, incident);
  return 'sounded-anew';
}

/** What is late never reopens, and never sounds anew where an alarm of its device and kind is known. */
async function attachLate(writing: Writing, incident: IncidentRow, alarm: Alarm): Promise<LineOutcome> {
  await keepWarning(writing, incident.id, alarm);
  await appendAlarm(writing, incident, alarm);
  await saveIncident(writing, incident);
  return 'attached-late';
}

async function attach(
  writing: Writing,
  escalation: Escalation,
  incident: IncidentRow,
  alarm: Alarm,
): Promise<LineOutcome> {
  const { line } = alarm;
  const reason = reasonToSound(await standingOf(writing, incident, alarm), {
    level: line.level,
    lifeSafety: line.lifeSafety,
    momentary: alarm.momentary,
    late: line.late,
    counted: alarm.counted,
    possibleRepeat: line.possibleRepeat ?? false,
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

/** A further report of what a resolved incident's device never said was over: the same incident, at once. */
async function reopenFor(
  writing: Writing,
  escalation: Escalation,
  incident: IncidentRow,
  alarm: Alarm,
): Promise<LineOutcome> {
  await keepWarning(writing, incident.id, alarm);
  if (leads(incident, alarm)) takeOver(incident, alarm);
  await appendAlarm(writing, incident, alarm);
  await reopenAsNew(writing, escalation, incident, {
    zh: '设备再次报警，重新打开',
    en: 'The device reports it again: opened again',
  });
  await saveIncident(writing, incident);
  return 'sounded-anew';
}

async function openFor(writing: Writing, escalation: Escalation, alarm: Alarm): Promise<LineOutcome> {
  const { line } = alarm;
  const incident = await openIncident(writing, {
    community: line.community,
    kind: line.kind,
    level: line.level,
    lifeSafety: line.lifeSafety,
    late: line.late,
    drill: line.drill,
    source: 'warning',
    place: alarm.place,
    attachKey: alarm.attachKey,
    openedAt: line.at,
  });
  await keepWarning(writing, incident.id, alarm);
  await appendAlarm(writing, incident, alarm);
  await escalation.start(writing, incident);
  await saveIncident(writing, incident);
  return 'opened';
}

/** They say no more than that something may have happened: what a later alarm names is what the card tells. */
const unspecificKinds: ReadonlySet<string> = new Set(['unreadable-alarm', 'generic-alarm', 'alarm-lost']);

/** Whether an alarm is what the incident is about from now on. */
function leads(incident: IncidentRow, { line }: Alarm): boolean {
  if (isWorse(line.level, incident.level)) return true;
  if (line.lifeSafety && incident.life_safety === 0) return true;
  const isNamed = unspecificKinds.has(incident.kind) && !unspecificKinds.has(line.kind);
  if (isNamed && line.lifeSafety && !line.late && !isWorse(incident.level, line.level)) return true;
  return incident.late === 1 && !line.late && !isWorse(incident.level, line.level);
}

/** The incident takes the alarm's kind and lateness; its level never falls. */
function takeOver(incident: IncidentRow, { line }: Alarm): void {
  incident.kind = line.kind;
  if (isWorse(line.level, incident.level)) incident.level = line.level;
  if (line.lifeSafety) incident.life_safety = 1;
  incident.late = Number(line.late);
  const words = summaryOf({
    kind: line.kind,
    label: incident.label,
    late: incident.late === 1,
    drill: incident.drill === 1,
  });
  incident.summary_zh = words.zh;
  incident.summary_en = words.en;
}

async function appendAlarm(writing: Writing, incident: IncidentRow, alarm: Alarm): Promise<void> {
  const { line } = alarm;
  incident.alarm_count += 1;
  takeMembers(incident, line);
  if (line.possibleRepeat) incident.possible_repeats += 1;
  if (!line.late) incident.last_alarm_at = Math.max(incident.last_alarm_at, line.at);
  await appendLine(writing, incident, {
    type: 'alarm',
    words: line.late
      ? { zh: `迟到，需核实：${line.evidence.zh}`, en: `Late, verify: ${line.evidence.en}` }
      : line.evidence,
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
  });
}
