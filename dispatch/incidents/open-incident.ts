import type { Kysely } from 'kysely';
import type { IncidentKind } from '#contracts/facts/incident-kinds.ts';
import type { Level } from '#contracts/facts/levels.ts';
import type { Incident, Place } from '#contracts/incident.ts';
import { columnsOf, createCompiledQuery } from '#runtime/compiled-query.ts';
import { incidentColumns } from '../storage/columns.ts';
import type { IncidentTransaction } from '../storage/incident-database.ts';
import type { DispatchTables, IncidentRow } from '../storage/tables.ts';
import { timeOrderedUuid } from '../storage/time-ordered-id.ts';
import { clip, summaryOf } from '../words.ts';
import { nextIncidentNumber } from './incident-number.ts';
import { type Actor, appendEntry, rankOf } from './timeline.ts';

const maxLabelLength = 128;

/** What a new incident begins with. */
export interface NewIncident {
  community: string;
  kind: IncidentKind;
  level: Level;
  lifeSafety: boolean;
  late: boolean;
  drill: boolean;
  saidByOther?: boolean;
  source: Incident['source'];
  place: Place;
  /** Alarms with this key attach; absent where none is to. */
  attachKey?: string;
  callBack?: string;
  actor?: Actor;
  /** Epoch ms. */
  openedAt: number;
}

const insertIncident = createCompiledQuery((db: Kysely<DispatchTables>, row: IncidentRow) =>
  db.insertInto('incident').values(columnsOf(row, incidentColumns)),
);

/** Opens an incident: its row and the first entry of its timeline. The caller saves it after its own entries. */
export async function openIncident(
  transaction: IncidentTransaction,
  incident: NewIncident,
): Promise<IncidentRow> {
  const id = `i-${timeOrderedUuid(transaction.now)}`;
  const label = clip(incident.place.label, maxLabelLength);
  const summary = summaryOf({ ...incident, label });
  const row: IncidentRow = {
    id,
    number: await nextIncidentNumber(transaction, incident.community, incident.openedAt),
    community: incident.community,
    state: 'new',
    rank: rankOf({ state: 'new', level: incident.level, unanswered_since: null }),
    level: incident.level,
    kind: incident.kind,
    life_safety: Number(incident.lifeSafety),
    late: Number(incident.late),
    drill: Number(incident.drill),
    said_by_other: Number(incident.saidByOther ?? false),
    source: incident.source,
    attach_key: incident.attachKey ?? id,
    building: incident.place.building ?? null,
    unit: incident.place.unit ?? null,
    dwelling: incident.place.dwelling ?? null,
    label,
    attention: 1,
    attention_at: incident.openedAt,
    alarm_count: 0,
    members: null,
    possible_repeats: 0,
    summary_zh: summary.zh,
    summary_en: summary.en,
    call_back: incident.callBack ?? null,
    opened_at: incident.openedAt,
    last_alarm_at: incident.openedAt,
    acknowledged_at: null,
    acknowledged_by: null,
    resolved_at: null,
    outcome: null,
    unanswered_since: null,
    reopen_at: null,
    holds: 0,
    timeline_length: 0,
    version: 0,
  };
  await insertIncident(transaction.trx, row);
  await appendEntry(transaction, row, {
    type: 'opened',
    words: summary,
    at: incident.openedAt,
    actor: incident.actor,
    level: incident.level,
    kind: incident.kind,
  });
  return row;
}
