import { isWorse } from '#contracts/facts/levels.ts';
import type { WarningTransition } from '#contracts/warning-transition.ts';
import type { Escalation } from '../escalation/escalation.ts';
import { realert } from '../escalation/re-alert.ts';
import { reopenAsNew } from '../escalation/reopen-holding.ts';
import { appendEntry, saveIncident } from '../incidents/timeline.ts';
import type { IncidentTransaction } from '../storage/incident-database.ts';
import type { IncidentRow } from '../storage/tables.ts';
import { type Alarm, describeAlarm } from './alarm.ts';
import { adoptAlarm, appendAlarm, attach, leads, openFor } from './attach.ts';
import { changeMembers, endCondition, markTakenOut } from './condition.ts';
import {
  findByRecord,
  findHeld,
  findOpen,
  holdsWarning,
  isKnownWithoutRecord,
  saveWarning,
} from './incident-queries.ts';
import { applyLateAlarm } from './late-alarm.ts';

/** What a transition of the warning log did. */
export type TransitionOutcome =
  | 'opened'
  | 'attached'
  | 're-alerted'
  | 'attached-late'
  | 'late-dropped'
  | 'already-applied'
  | 'changed'
  | 'ended'
  | 'auto-resolved'
  | 'nothing-to-end'
  | 'blue'
  | 'by-people';

/** Applies one transition of the warning log, inside a transaction that also moves the cursor. */
export async function applyWarningTransition(
  transaction: IncidentTransaction,
  escalation: Escalation,
  transition: WarningTransition,
): Promise<TransitionOutcome> {
  switch (transition.transition) {
    case 'raised':
    case 'repeated':
    case 'worsened':
      return transition.level === 'blue' ? 'blue' : applyAlarm(transaction, escalation, transition);
    case 'changed':
      return transition.takenOut
        ? markTakenOut(transaction, transition)
        : changeMembers(transaction, escalation, transition);
    case 'cleared':
      return endCondition(transaction, escalation, transition);
    case 'acknowledged':
    case 'validated':
      return 'by-people';
  }
}

async function applyAlarm(
  transaction: IncidentTransaction,
  escalation: Escalation,
  transition: WarningTransition,
): Promise<TransitionOutcome> {
  const alarm = describeAlarm(transition, transaction.registry);
  const known = alarm.record && (await findByRecord(transaction, alarm.record));
  if (known) return joinKnownRecord(transaction, escalation, known, alarm);
  if (!alarm.record && (await isKnownWithoutRecord(transaction, alarm))) return 'already-applied';
  if (transition.late) return applyLateAlarm(transaction, escalation, alarm);
  const open = await findOpen(transaction, alarm);
  if (open) return attach(transaction, escalation, open, alarm);
  const held = await findHeld(transaction, alarm);
  if (held) return reopenFor(transaction, escalation, held, alarm);
  await openFor(transaction, escalation, alarm);
  return 'opened';
}

/** A second warning of a record goes to the incident of that record, and re-alerts only if it is worse. */
async function joinKnownRecord(
  transaction: IncidentTransaction,
  escalation: Escalation,
  incident: IncidentRow,
  alarm: Alarm,
): Promise<TransitionOutcome> {
  if (await holdsWarning(transaction, incident.id, alarm.transition.warning)) return 'already-applied';
  await saveWarning(transaction, incident.id, alarm);
  if (incident.state === 'resolved' || !isWorse(alarm.transition.level, incident.level))
    return 'already-applied';
  adoptAlarm(incident, alarm);
  await appendEntry(transaction, incident, {
    type: 'escalated',
    words: alarm.transition.evidence,
    at: alarm.transition.at,
    level: alarm.transition.level,
    kind: alarm.transition.kind,
    warning: alarm.transition.warning,
    warnings: [alarm.transition.warning],
  });
  await realert(transaction, escalation, incident, alarm.transition.at);
  await saveIncident(transaction, incident);
  return 're-alerted';
}

/** A further report of what a resolved incident's device never said was over: the same incident, at once. */
async function reopenFor(
  transaction: IncidentTransaction,
  escalation: Escalation,
  incident: IncidentRow,
  alarm: Alarm,
): Promise<TransitionOutcome> {
  await saveWarning(transaction, incident.id, alarm);
  if (leads(incident, alarm)) adoptAlarm(incident, alarm);
  await appendAlarm(transaction, incident, alarm);
  await reopenAsNew(transaction, escalation, incident, {
    zh: '设备再次报警，重新打开',
    en: 'The device reports it again: opened again',
  });
  await saveIncident(transaction, incident);
  return 're-alerted';
}
