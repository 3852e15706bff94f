import { type Kysely, sql } from 'kysely';
import { logNames } from '#contracts/facts/logs.ts';
import {
  type Assignment,
  type Incident,
  type IncidentReader,
  type NotificationView,
  timelineEnds,
  toIncidentChange,
} from '#contracts/incident.ts';
import { openLogFile } from '#eventlog/sqlite/open-log-file.ts';
import { createCompiledLookup, createCompiledQuery } from '#runtime/compiled-query.ts';
import { capturesOfLate } from '../alarms/late-alarm.ts';
import { type HoldingRow, holdingOf, type TakenOutRow, takenOutOf } from '../incidents/holding.ts';
import { type LinkedRow, linkedOf } from '../incidents/link-incidents.ts';
import {
  type DispatchTables,
  type IncidentRow,
  openIncidentTablesToRead,
  type TimelineRow,
} from '../storage/tables.ts';
import { audienceOf, openRowsFor, rowsOfDays, rowsOfDwelling } from './incident-audience.ts';
import { toAssignment, toIncident, toTimelineEntry } from './incident-views.ts';

/** Most incidents of one list, whatever limit is asked for. */
export const maxListed = 10_000;
/** Most changes of one reading, whatever limit is asked for. */
const maxChangesRead = 10_000;
/** Most undelivered messages of one person, worst incidents first; the rest follows as these are received. */
const maxUndelivered = 200;
/** Most entries of a timeline, where no limit is asked for. */
const maxTimelineRead = 1_000_000;
/** Ids bound in one query, under SQLite's limit of 32,766. */
const maxIdsAtOnce = 10_000;

/** Written into the statement, because a partial index is chosen by what the statement says. */
const resolvedState = sql.lit('resolved' as const);

/** An open reader of `incidents.db`. */
export interface OpenIncidentReader extends IncidentReader {
  close(): Promise<void>;
}

/**
 * Opens `incidents.db` for reading, on a connection of its own.
 *
 * @throws {RuntimeError} `DATABASE_NOT_MIGRATED` where the file is of another version.
 */
export function openIncidentReader(file: string): OpenIncidentReader {
  const db = openIncidentTablesToRead(file);
  const log = openLogFile(file, logNames.incidents);
  return {
    list: (community, options) => list(db, community, options),
    find: async (id) => {
      const [row] = await incidentsById(db, [id]);
      return row && (await withAssignments(db, [row]))[0];
    },
    timeline: async (id, after = 0, limit = maxTimelineRead) => {
      const rows = await db
        .selectFrom('timeline')
        .selectAll()
        .where('incident', '=', id)
        .where('sequence', '>', after)
        .orderBy('sequence')
        .limit(limit)
        .execute();
      return rows.map(toTimelineEntry);
    },
    timelineEnds: async (id, after = 0) => (await rowsOfEnds(db, id, after)).map(toTimelineEntry),
    changes: async (change, limit) => {
      const entries = limit > 0 ? await log.read(change, Math.min(limit, maxChangesRead)) : [];
      return entries.map(toIncidentChange);
    },
    newestChange: log.newest,
    openFor: async (community, person) => withAssignments(db, await openRowsFor(db, community, person)),
    reachedBy: (id) => audienceOf(db, id),
    ofDwelling: async (community, dwelling, options) =>
      withAssignments(db, await rowsOfDwelling(db, { ...options, community, dwelling })),
    ofDays: async (community, options) => withAssignments(db, await rowsOfDays(db, community, options)),
    heldUntil: async (id) => {
      const row = await db
        .selectFrom('escalation')
        .select('held_until')
        .where('incident', '=', id)
        .executeTakeFirst();
      return row?.held_until ?? undefined;
    },
    undelivered: (community, person) => readUndelivered(db, community, person),
    close: async () => {
      log.close();
      await db.destroy();
    },
  };
}

async function list(
  db: Kysely<DispatchTables>,
  community: string,
  options: { resolvedSince?: number; limit: number },
): Promise<Incident[]> {
  const limit = Math.min(Math.max(0, options.limit), maxListed);
  const rows = await db
    .selectFrom('incident')
    .selectAll()
    .where('community', '=', community)
    .where('state', '<>', resolvedState)
    .orderBy('rank')
    .orderBy('attention_at')
    .limit(limit)
    .execute();
  const { resolvedSince } = options;
  if (resolvedSince !== undefined && rows.length < limit) {
    const resolved = await db
      .selectFrom('incident')
      .selectAll()
      .where('community', '=', community)
      .where('state', '=', resolvedState)
      .where('resolved_at', '>=', resolvedSince)
      .orderBy('resolved_at', 'desc')
      .limit(limit - rows.length)
      .execute();
    rows.push(...resolved);
  }
  return withAssignments(db, rows);
}

const incidentsById = createCompiledLookup((db: Kysely<DispatchTables>, ids) =>
  db.selectFrom('incident').selectAll().where('id', 'in', ids),
);

const assignmentsOf = createCompiledLookup((db: Kysely<DispatchTables>, incidents) =>
  db.selectFrom('assignment').selectAll().where('incident', 'in', incidents).orderBy('assigned_at'),
);

async function withAssignments(db: Kysely<DispatchTables>, rows: IncidentRow[]): Promise<Incident[]> {
  const byIncident = new Map<string, Assignment[]>(rows.map((row) => [row.id, []]));
  const ids = [...byIncident.keys()];
  const held: HoldingRow[] = [];
  const gone: TakenOutRow[] = [];
  const linked: LinkedRow[] = [];
  for (let first = 0; first < ids.length; first += maxIdsAtOnce) {
    const some = ids.slice(first, first + maxIdsAtOnce);
    held.push(...(await holdingOf(db, some)));
    gone.push(...(await takenOutOf(db, some)));
    linked.push(...(await linkedOf(db, some)));
    for (const row of await assignmentsOf(db, some)) byIncident.get(row.incident)?.push(toAssignment(row));
  }
  const holding = Map.groupBy(held, ({ incident }) => incident);
  const takenOut = Map.groupBy(gone, ({ incident }) => incident);
  const links = Map.groupBy(linked, ({ incident }) => incident);
  const captures = await capturesOfLate(
    db,
    rows.filter(({ late }) => late === 1).map(({ id }) => id),
  );
  return rows.map((row) =>
    toIncident(row, {
      assignments: byIncident.get(row.id) ?? [],
      holding: holding.get(row.id),
      takenOut: takenOut.get(row.id),
      linked: links.get(row.id),
      capturedAt: captures.get(row.id),
    }),
  );
}

/**
 * Messages that no page received: of incidents that still ask for an answer as they did in the message, and to
 * people who were sent to an open incident and have not answered.
 */
async function readUndelivered(
  db: Kysely<DispatchTables>,
  community: string,
  person: string,
): Promise<NotificationView[]> {
  const rows = await db
    .selectFrom('notification')
    .innerJoin('incident', 'incident.id', 'notification.incident')
    .leftJoin('assignment', 'assignment.id', 'notification.assignment')
    .selectAll('notification')
    .where('incident.community', '=', community)
    .where('notification.person', '=', person)
    .where(sql<boolean>`notification.state IN ('pending', 'sent')`)
    .where('channel', '=', 'in-app')
    .where('incident.state', '<>', resolvedState)
    .where((eb) =>
      eb.or([
        eb.and([
          eb('about', '=', 'alarm'),
          eb('incident.state', '=', 'new'),
          eb('incident.attention', '=', eb.ref('notification.attention')),
        ]),
        eb.and([eb('about', '=', 'assignment'), eb('assignment.state', '=', 'assigned')]),
      ]),
    )
    .orderBy('incident.rank')
    .orderBy('notification.created_at')
    .limit(maxUndelivered)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    incident: row.incident,
    person: row.person,
    channel: 'in-app',
    state: row.state,
    step: row.step,
    attention: row.attention,
    about: row.about,
    possibleRepeat: row.possible_repeat === 1,
    createdAt: row.created_at,
  }));
}

/** So many lines are both ends of a timeline, whatever they are. */
const wholeLines = Math.min(timelineEnds.firstAlarms + timelineEnds.newestAlarms, timelineEnds.newestOthers);

const firstLines = createCompiledQuery(
  (db: Kysely<DispatchTables>, input: { incident: string; after: number }) =>
    db
      .selectFrom('timeline')
      .selectAll()
      .where('incident', '=', input.incident)
      .where('sequence', '>', input.after)
      .orderBy('sequence')
      .limit(wholeLines + 1),
);

/**
 * Both ends of a timeline, oldest first: a sender with ten alarms a second must not make it unreadable, and must not hide
 * what people did.
 *
 * @param after Only entries above this sequence.
 */
async function rowsOfEnds(
  db: Kysely<DispatchTables>,
  incident: string,
  after: number,
): Promise<TimelineRow[]> {
  const { rows } = await firstLines(db, { incident, after });
  if (rows.length <= wholeLines) return rows;
  const lines = db
    .selectFrom('timeline')
    .selectAll()
    .where('incident', '=', incident)
    .where('sequence', '>', after);
  const alarms = lines.where('type', '=', 'alarm');
  const parts = await Promise.all([
    alarms.orderBy('sequence').limit(timelineEnds.firstAlarms).execute(),
    alarms.orderBy('sequence', 'desc').limit(timelineEnds.newestAlarms).execute(),
    lines.where('type', '<>', 'alarm').orderBy('sequence', 'desc').limit(timelineEnds.newestOthers).execute(),
  ]);
  const bySequence = new Map(parts.flat().map((row) => [row.sequence, row]));
  return [...bySequence.values()].sort((a, b) => a.sequence - b.sequence);
}
