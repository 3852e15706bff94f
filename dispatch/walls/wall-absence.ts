import { wallSilentMs } from '#contracts/wall.ts';
import type { WallWatchRow } from '../storage/tables.ts';

/** Why nobody is at the walls of a community; `unreported` where the dashboard itself is silent. */
export type WallAbsence = NonNullable<WallWatchRow['because']> | 'unreported';

/** A page whose sound cannot be heard gets this long, so that reloading it opens no incident, in ms. */
export const soundGraceMs = 10_000;

/**
 * Why an absence opens an incident now; undefined while there is none, or its incident is open.
 *
 * @param times Epoch ms; what was reported before dispatch started says nothing of the time since.
 */
export function absenceOf(
  row: WallWatchRow,
  { now, startedAt }: { now: number; startedAt: number },
): WallAbsence | undefined {
  if (row.incident !== null || row.enrolled === 0) return undefined;
  // A start ahead of now was before the clock was put back.
  const since = startedAt > now ? Number.NEGATIVE_INFINITY : startedAt;
  if (now - Math.max(row.reported_at, since) >= wallSilentMs) return 'unreported';
  if (row.because === null || row.reported_at < since) return undefined;
  const graceMs = row.because === 'away' ? wallSilentMs : soundGraceMs;
  return now - Math.max(row.watched_at, since) >= graceMs ? row.because : undefined;
}
