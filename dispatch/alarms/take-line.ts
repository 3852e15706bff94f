import { isWorse } from '#contracts/facts/levels.ts';
import type { WarningTransition } from '#contracts/warning-transition.ts';
import type { Escalation } from '../escalation/escalation.ts';
import { reopenAsNew } from '../escalation/reopen-holding.ts';
import { soundAnew } from '../escalation/sound-anew.ts';
import type { Writing } from '../incidents/incident-file.ts';
import { appendLine, saveIncident } from '../incidents/timeline.ts';
import type { IncidentRow } from '../tables.ts';
import { type Alarm, describeAlarm } from './alarm.ts';
import { appendAlarm, attach, leads, openFor, takeOver } from './attach.ts';
import { changeMembers, endCondition, markTakenOut } from './condition.ts';
import { takeLate } from './late.ts';
import {
  findByRecord,
  findHeld,
  findOpen,
  holdsWarning,
  keepWarning,
  standsWithoutRecord,
} from './standing.ts';

/** What became of a line of the warning log. */
export type LineOutcome =
  | 'opened'
  | 'attached'
  | 'sounded-anew'
  | 'attached-late'
  | 'late-dropped'
  | 'stands-already'
  | 'changed'
  | 'ended'
  | 'closed-itself'
  | 'nothing-to-end'
  | 'blue'
  | 'of-people';

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
      return line.takenOut ? markTakenOut(writing, line) : changeMembers(writing, escalation, line);
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
  if (line.late) return takeLate(writing, escalation, alarm);
  const open = await findOpen(writing, alarm);
  if (open) return attach(writing, escalation, open, alarm);
  const held = await findHeld(writing, alarm);
  if (held) return reopenFor(writing, escalation, held, alarm);
  await openFor(writing, escalation, alarm);
  return 'opened';
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
