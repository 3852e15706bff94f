import type { DispatchTables, IncidentRow, NotificationRow, TimelineRow } from './tables.ts';

/** Columns of an incident that stay as they were when it was opened. */
const fixedColumns = [
  'id',
  'number',
  'community',
  'drill',
  'source',
  'attach_key',
  'building',
  'unit',
  'dwelling',
  'label',
  'call_back',
  'opened_at',
] as const satisfies (keyof IncidentRow)[];

/** Columns of an incident that change; an index on the others is not touched when a row is saved. */
export const changingColumns = [
  'state',
  'rank',
  'level',
  'kind',
  'life_safety',
  'late',
  'said_by_other',
  'attention',
  'attention_at',
  'alarm_count',
  'members',
  'possible_repeats',
  'summary_zh',
  'summary_en',
  'last_alarm_at',
  'acknowledged_at',
  'acknowledged_by',
  'resolved_at',
  'outcome',
  'unanswered_since',
  'reopen_at',
  'holds',
  'timeline_length',
  'version',
] as const satisfies Exclude<keyof IncidentRow, (typeof fixedColumns)[number]>[];

/** All columns of an incident. */
export const incidentColumns = [...fixedColumns, ...changingColumns];

/** Columns of a timeline entry. */
export const timelineColumns = [
  'incident',
  'sequence',
  'at',
  'type',
  'actor',
  'words_zh',
  'words_en',
  'level',
  'kind',
  'warning',
  'record',
  'origin',
  'observed_at',
  'subject',
  'captured_at',
  'possible_repeat',
  'said_by_other',
] as const satisfies (keyof TimelineRow)[];

/** Columns of a message. */
export const notificationColumns = [
  'id',
  'incident',
  'attention',
  'step',
  'insistence',
  'person',
  'channel',
  'state',
  'about',
  'assignment',
  'possible_repeat',
  'attempts',
  'next_try_at',
  'reason',
  'created_at',
  'changed_at',
] as const satisfies (keyof NotificationRow)[];

/** Columns of a warning on an incident. */
export const warningColumns = [
  'incident',
  'warning',
  'kind',
  'source',
  'resident',
  'device',
  'active',
  'late',
  'own_now',
  'taken_out',
] as const satisfies (keyof DispatchTables['incident_warning'])[];
