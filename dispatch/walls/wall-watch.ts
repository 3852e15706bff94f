import { sql } from 'kysely';
import type { WallReport } from '#contracts/dispatch-api.ts';
import { levelOfKind } from '#contracts/facts/incident-kinds.ts';
import { wallSilentMs } from '#contracts/wall.ts';
import type { Escalation } from '../escalation/escalation.ts';
import { realert } from '../escalation/re-alert.ts';
import { reopenAsNew } from '../escalation/reopen-holding.ts';
import { openIncident } from '../incidents/open-incident.ts';
import { appendEntry, findIncident, saveIncident } from '../incidents/timeline.ts';
import type { IncidentTransaction } from '../storage/incident-database.ts';
import type { IncidentRow, WallWatchRow } from '../storage/tables.ts';
import { findWallWatch } from './unwatched.ts';
import { absenceOf, type WallAbsence } from './wall-absence.ts';

/** Whether anybody watches a community's walls, and what follows where nobody does (DESIGN.md, promise 10). */
export interface WallWatch {
  /** Takes the dashboard's picture; a community watched again, or without walls, ends its absence. */
  report(transaction: IncidentTransaction, report: WallReport): Promise<void>;
  /**
   * Opens `nobody-at-wall` where it is due, one open incident a community, and hurries all that waits: the next absence
   * sounds one that is open anew, and one that was closed while nobody came is opened again.
   */
  runDue(transaction: IncidentTransaction, escalation: Escalation): Promise<boolean>;
}

/** So long after its incident was closed an absence that goes on opens it again, in ms. */
export const absenceReopensMs = 600_000;

const absenceWords: Record<WallAbsence, { zh: string; en: string }> = {
  away: { zh: '值守墙超过 60 秒没有画面在线', en: 'No wall was heard for 60 s' },
  'sound-blocked': { zh: '值守墙的声音被浏览器阻止', en: 'The sound of the wall is blocked' },
  'sound-unconfirmed': {
    zh: '交接班时无人确认听到警报声',
    en: 'Nobody confirmed hearing the sound at the shift start',
  },
  unreported: {
    zh: '超过 60 秒没有值守墙的消息（页面服务无响应）',
    en: 'Nothing was reported of the walls for 60 s',
  },
};

/** Creates the watch. @param options `startedAt`: when dispatch started, epoch ms. */
export function createWallWatch(options: { startedAt: number }): WallWatch {
  return {
    report: async (transaction, { communities }) => {
      for (const seen of communities) {
        if (!transaction.registry.communities.has(seen.community)) continue;
        const row = await findWallWatch(transaction, seen.community);
        if (seen.enrolled === 0 || seen.watched > 0) await endAbsence(transaction, row, seen.enrolled > 0);
        if (seen.enrolled === 0) await forget(transaction, seen.community);
        else await keep(transaction, row, seen);
      }
    },
    runDue: async (transaction, escalation) => {
      await forgetTheFuture(transaction);
      for (const row of await transaction.trx.selectFrom('wall_watch').selectAll().execute()) {
        await reopenAbsence(transaction, escalation, row);
        const absence = absenceOf(row, { now: transaction.now, startedAt: options.startedAt });
        if (!absence) continue;
        await openAbsence(transaction, escalation, row, absence);
      }
      return false;
    },
  };
}

async function forget(transaction: IncidentTransaction, community: string): Promise<void> {
  await transaction.trx.deleteFrom('wall_watch').where('community', '=', community).execute();
}

async function keep(
  transaction: IncidentTransaction,
  before: WallWatchRow | undefined,
  seen: WallReport['communities'][number],
): Promise<void> {
  const { now } = transaction;
  const isWatched = seen.watched > 0;
  // What happened while nothing was reported is not known: the absence counts from here on.
  const isResumed = !before || now - before.reported_at >= wallSilentMs || before.watched_at > now;
  const row: WallWatchRow = {
    community: seen.community,
    enrolled: seen.enrolled,
    watched_at: isWatched || isResumed ? now : before.watched_at,
    reported_at: now,
    because: isWatched ? null : (seen.because ?? 'away'),
    incident: isWatched ? null : (before?.incident ?? null),
  };
  await transaction.trx
    .insertInto('wall_watch')
    .values(row)
    .onConflict((conflict) => conflict.column('community').doUpdateSet(row))
    .execute();
}

async function openAbsence(
  transaction: IncidentTransaction,
  escalation: Escalation,
  row: WallWatchRow,
  absence: WallAbsence,
): Promise<void> {
  const current = await findOpen(transaction, row.community);
  const incident = current ?? (await openFor(transaction, row.community));
  await appendEntry(transaction, incident, { type: 'escalated', words: absenceWords[absence] });
  await transaction.trx
    .updateTable('wall_watch')
    .set({ incident: incident.id })
    .where('community', '=', row.community)
    .execute();
  if (current) await realert(transaction, escalation, incident, transaction.now);
  else await escalation.start(transaction, incident);
  await saveIncident(transaction, incident);
  await escalation.expedite(transaction, row.community);
}

function openFor(transaction: IncidentTransaction, community: string): Promise<IncidentRow> {
  return openIncident(transaction, {
    community,
    kind: 'nobody-at-wall',
    level: levelOfKind('nobody-at-wall'),
    lifeSafety: false,
    late: false,
    drill: false,
    source: 'platform',
    place: { label: transaction.registry.of(community)?.community.name_zh ?? community },
    openedAt: transaction.now,
  });
}

/** The open incident of a community's earlier absence. */
function findOpen({ trx }: IncidentTransaction, community: string): Promise<IncidentRow | undefined> {
  return trx
    .selectFrom('incident')
    .selectAll()
    .where('community', '=', community)
    .where('kind', '=', 'nobody-at-wall')
    .where('state', '<>', sql.lit('resolved' as const))
    .orderBy('opened_at', 'desc')
    .limit(1)
    .executeTakeFirst();
}

/** What a person closed is not over while nobody came. */
async function reopenAbsence(
  transaction: IncidentTransaction,
  escalation: Escalation,
  row: WallWatchRow,
): Promise<void> {
  const incident = row.incident ? await findIncident(transaction, row.incident) : undefined;
  if (incident?.state !== 'resolved') return;
  // One closed ahead of now was closed before the clock was put back.
  const sinceMs = transaction.now - (incident.resolved_at ?? 0);
  if (sinceMs >= 0 && sinceMs < absenceReopensMs) return;
  await reopenAsNew(transaction, escalation, incident, {
    zh: '仍无人值守值守墙，重新打开',
    en: 'Still nobody at the wall: opened again',
  });
  await saveIncident(transaction, incident);
}

/** The condition ended, or there is no wall left to watch, which is no end of it; the incident stays people's. */
async function endAbsence(
  transaction: IncidentTransaction,
  row: WallWatchRow | undefined,
  isWatched: boolean,
): Promise<void> {
  const incident = row?.incident ? await findIncident(transaction, row.incident) : undefined;
  if (!incident) return;
  await appendEntry(transaction, incident, {
    type: isWatched ? 'condition-ended' : 'changed',
    words: isWatched
      ? { zh: '值守墙恢复值守', en: 'A wall is watched again' }
      : { zh: '值守墙已全部撤销', en: 'All walls were taken away' },
  });
  await saveIncident(transaction, incident);
}

/** Times ahead of now were kept before the clock was put back: what was reported then counts as reported now. */
async function forgetTheFuture({ trx, now }: IncidentTransaction): Promise<void> {
  await trx
    .updateTable('wall_watch')
    .set({ reported_at: now, watched_at: now })
    .where('reported_at', '>', now)
    .execute();
}
