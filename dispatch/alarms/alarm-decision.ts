import { isWorse, type Level } from '#contracts/facts/levels.ts';
import type { IncidentState } from '#contracts/incident.ts';

/** What an open incident knows when an alarm attaches to it. */
export interface IncidentSnapshot {
  state: Exclude<IncidentState, 'resolved'>;
  level: Level;
  /** It is about a late alarm. */
  late: boolean;
  /** Only another gateway than the device's own said what it is about. */
  saidByOther?: boolean;
  /** It has an alarm of that kind already. */
  knowsKind: boolean;
  /** It has an alarm of that device (for life safety: of its component) already. */
  knowsSource: boolean;
  /** It has an alarm of that person already, or the alarm is of no person. */
  knowsPerson: boolean;
  /** A warning of the same kind and source is active: the condition never ended. */
  conditionHolds: boolean;
  /** Since it last began to ask for an answer, in ms. */
  sinceAttentionMs: number;
}

/** A counted alarm asks again, on an incident that was answered, so long after it last did, in ms. */
export const countedAgainMs = 600_000;

/** An alarm that attaches. */
export interface ArrivingAlarm {
  level: Level;
  lifeSafety: boolean;
  /** Life safety without an end of its own: each press is a new alarm. */
  momentary: boolean;
  late: boolean;
  /** One incident a sender: further ones are counted. */
  counted: boolean;
  /** Only time distinguishes it from the previous alarm. */
  possibleRepeat: boolean;
  /** Another gateway than the device's own said it. */
  saidByOther?: boolean;
}

/** Why an alarm must be acknowledged again. */
export type RealertReason =
  | 'worse'
  | 'other-kind'
  | 'other-source'
  | 'other-person'
  | 'no-longer-late'
  | 'own-gateway'
  | 'momentary-repeat'
  | 'began-again'
  | 'counted-again';

/**
 * Why an attaching alarm re-alerts: it sounds, notifies and must be acknowledged again (promise 8); undefined where
 * it is only added to the timeline.
 *
 * A late alarm whose incident was open when it was captured never comes here (promise 6). Any other late one joins an
 * incident about late alarms of its place and kind, and sounds there as an alarm of now does.
 * While nobody answered yet, a repeat of what sounds anyway changes nothing, but another alarm does: the
 * acknowledgement on its way is of what the person saw.
 *
 * A possible repeat of the same kind and source sounds nothing while nobody has answered, unless its level is worse. Once
 * somebody has answered, it counts as any other alarm: it may be a second press (promise 3).
 */
export function realertReason(incident: IncidentSnapshot, alarm: ArrivingAlarm): RealertReason | undefined {
  if (alarm.late && !alarm.lifeSafety && !alarm.counted) return undefined;
  if (isWorse(alarm.level, incident.level)) return 'worse';
  const mayBeSame = alarm.possibleRepeat && incident.knowsKind && incident.knowsSource;
  if (mayBeSame && incident.state === 'new') return undefined;
  if (alarm.lifeSafety && !incident.knowsKind) return 'other-kind';
  if (!incident.knowsPerson) return 'other-person';
  if (!incident.knowsSource) return 'other-source';
  if (incident.late && !alarm.late && !isWorse(incident.level, alarm.level)) return 'no-longer-late';
  // What had to be verified is said by the device's own gateway now.
  const isVerified = incident.saidByOther && !alarm.saidByOther && !alarm.late;
  if (isVerified && !isWorse(incident.level, alarm.level)) return 'own-gateway';
  if (incident.state === 'new') return undefined;
  if (alarm.counted) return countedRealertReason(incident, alarm);
  if (!alarm.lifeSafety) return undefined;
  if (alarm.momentary) return 'momentary-repeat';
  return incident.conditionHolds ? undefined : 'began-again';
}

/** Of what comes ten times a second from one sender not each may ring; what is milder than the incident never does. */
function countedRealertReason(incident: IncidentSnapshot, alarm: ArrivingAlarm): RealertReason | undefined {
  if (isWorse(incident.level, alarm.level)) return undefined;
  if (!incident.knowsKind) return 'other-kind';
  return incident.sinceAttentionMs >= countedAgainMs ? 'counted-again' : undefined;
}
