import {
  type Assignment,
  type Incident,
  maxHoldingShown,
  maxLinkedShown,
  type TimelineEntry,
} from '#contracts/incident.ts';
import { membersOf } from '../alarms/condition.ts';
import type { HoldingRow, TakenOutRow } from '../incidents/holding.ts';
import type { LinkedRow } from '../incidents/link-incidents.ts';
import type { AssignmentRow, IncidentRow, TimelineRow } from '../storage/tables.ts';

/** Rows of other tables about an incident. */
export interface IncidentRelations {
  assignments: Assignment[];
  holding: HoldingRow[] | undefined;
  takenOut: TakenOutRow[] | undefined;
  linked: LinkedRow[] | undefined;
  /** Of a late one: when the alarm that opened it was captured. */
  capturedAt: number | undefined;
}

/** An incident as readers get it: its row, assignments, what still holds or was removed, and its links. */
export function toIncident(
  row: IncidentRow,
  { assignments, holding, takenOut, linked, capturedAt }: IncidentRelations,
): Incident {
  return defined({
    id: row.id,
    number: row.number,
    community: row.community,
    state: row.state,
    level: row.level,
    kind: row.kind,
    lifeSafety: row.life_safety === 1,
    late: row.late === 1,
    capturedAt,
    drill: row.drill === 1,
    saidByOther: row.said_by_other === 1 ? true : undefined,
    source: row.source,
    place: defined({
      building: row.building ?? undefined,
      unit: row.unit ?? undefined,
      dwelling: row.dwelling ?? undefined,
      label: row.label,
    }),
    attention: row.attention,
    alarmCount: row.alarm_count,
    members: membersOf(row),
    possibleRepeats: row.possible_repeats || undefined,
    summary: { zh: row.summary_zh, en: row.summary_en },
    callBack: row.call_back ?? undefined,
    openedAt: row.opened_at,
    lastAlarmAt: row.last_alarm_at,
    unansweredSince: row.unanswered_since ?? undefined,
    acknowledgedAt: row.acknowledged_at ?? undefined,
    acknowledgedBy: row.acknowledged_by ?? undefined,
    resolvedAt: row.resolved_at ?? undefined,
    outcome: row.outcome ?? undefined,
    holding: holding
      ?.slice(0, maxHoldingShown)
      .map(({ kind, device }) => defined({ kind, device: device ?? undefined })),
    takenOut: takenOut?.slice(0, maxHoldingShown).map(({ kind }) => kind),
    reopensAt: row.reopen_at ?? undefined,
    linked: linked?.slice(0, maxLinkedShown).map(({ other, number }) => ({ id: other, number })),
    assignments,
    version: row.version,
  });
}

/** An assignment as readers get it. */
export function toAssignment(row: AssignmentRow): Assignment {
  return {
    id: row.id,
    person: row.person,
    personName: row.person_name,
    state: row.state,
    changedAt: row.changed_at,
  };
}

/** A timeline entry as readers get it. */
export function toTimelineEntry(row: TimelineRow): TimelineEntry {
  return defined({
    incident: row.incident,
    sequence: row.sequence,
    at: row.at,
    type: row.type,
    actor: row.actor ?? undefined,
    words: { zh: row.words_zh, en: row.words_en },
    level: row.level ?? undefined,
    kind: row.kind ?? undefined,
    warning: row.warning ?? undefined,
    record: row.record ?? undefined,
    origin: row.origin ?? undefined,
    observedAt: row.observed_at ?? undefined,
    possibleRepeat: row.possible_repeat === 1 ? true : undefined,
    saidByOther: row.said_by_other === 1 ? true : undefined,
  });
}

/** Leaves out what is undefined: the contracts take an absent field, not an empty one. */
function defined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as T;
}
