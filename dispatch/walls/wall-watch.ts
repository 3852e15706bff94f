import type { WallReport } from '#contracts/dispatch-api.ts';
import { wallSilentMs } from '#contracts/wall.ts';
import type { Escalation } from '../escalation/escalation.ts';
import type { Writing } from '../incidents/incident-file.ts';
import { openIncident } from '../incidents/open-incident.ts';
import { appendLine, findIncident, saveIncident } from '../incidents/timeline.ts';
import type { WallWatchRow } from '../tables.ts';
import { absenceOf, type WallAbsence } from './wall-absence.ts';

/** Whether anybody watches a community's walls, and what follows where nobody does (DESIGN.md, promise 10). */
export interface WallWatch {
  /** Takes the dashboard's picture; a community watched again, or without walls, ends its absence. */
  report(writing: Writing, report: WallReport): Promise<void>;
  /** Opens `nobody-at-wall` where it is due, once an absence, and hurries all that waits. */
  runDue(writing: Writing, escalation: Escalation): Promise<boolean>;
}

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
    report: async (writing, { communities }) => {
      for (const seen of communities) {
        if (!writing.registry.communities.has(seen.community)) continue;
        const row = await findRow(writing, seen.community);
        if (seen.enrolled === 0 || seen.watched > 0) await endAbsence(writing, row, seen.enrolled > 0);
        if (seen.enrolled === 0) await forget(writing, seen.community);
        else await keep(writing, row, seen);
      }
    },
    runDue: async (writing, escalation) => {
      await forgetTheFuture(writing);
      for (const row of await writing.trx.selectFrom('wall_watch').selectAll().execute()) {
        const absence = absenceOf(row, { now: writing.now, startedAt: options.startedAt });
        if (!absence) continue;
        await openAbsence(writing, escalation, row, absence);
      }
      return false;
    },
  };
}

/** True while nobody is at the walls of a community. */
export async function isUnwatched(writing: Writing, community: string): Promise<boolean> {
  const row = await findRow(writing, community);
  return row !== undefined && row.incident !== null;
}

function findRow(writing: Writing, community: string): Promise<WallWatchRow | undefined> {
  return writing.trx
    .selectFrom('wall_watch')
    .selectAll()
    .where('community', '=', community)
    .executeTakeFirst();
}

async function forget(writing: Writing, community: string): Promise<void> {
  await writing.trx.deleteFrom('wall_watch').where('community', '=', community).execute();
}

async function keep(
  writing: Writing,
  before: WallWatchRow | undefined,
  seen: WallReport['communities'][number],
): Promise<void> {
  const { now } = writing;
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
  await writing.trx
    .insertInto('wall_watch')
    .values(row)
    .onConflict((conflict) => conflict.column('community').doUpdateSet(row))
    .execute();
}

async function openAbsence(
  writing: Writing,
  escalation: Escalation,
  row: WallWatchRow,
  absence: WallAbsence,
): Promise<void> {
  const community = writing.registry.communities.get(row.community);
  const incident = await openIncident(writing, {
    community: row.community,
    kind: 'nobody-at-wall',
    level: 'red',
    lifeSafety: false,
    late: false,
    drill: false,
    source: 'platform',
    place: { label: community?.name_zh ?? row.community },
    openedAt: writing.now,
  });
  await appendLine(writing, incident, { type: 'escalated', words: absenceWords[absence] });
  await writing.trx
    .updateTable('wall_watch')
    .set({ incident: incident.id })
    .where('community', '=', row.community)
    .execute();
  await escalation.start(writing, incident);
  await saveIncident(writing, incident);
  await escalation.hurry(writing, row.community);
}

/** The condition ended; the incident stays people's. */
async function endAbsence(
  writing: Writing,
  row: WallWatchRow | undefined,
  isWatched: boolean,
): Promise<void> {
  const incident = row?.incident ? await findIncident(writing, row.incident) : undefined;
  if (!incident) return;
  await appendLine(writing, incident, {
    type: 'condition-ended',
    words: isWatched
      ? { zh: '值守墙恢复值守', en: 'A wall is watched again' }
      : { zh: '值守墙已全部撤销', en: 'All walls were taken away' },
  });
  await saveIncident(writing, incident);
}

/** Times ahead of now were kept before the clock was put back: what was reported then counts as reported now. */
async function forgetTheFuture({ trx, now }: Writing): Promise<void> {
  await trx
    .updateTable('wall_watch')
    .set({ reported_at: now, watched_at: now })
    .where('reported_at', '>', now)
    .execute();
}
