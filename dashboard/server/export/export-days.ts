import { countDays, type ExportQuery, maxExportDays } from '#contracts/export.ts';
import { DashboardError } from '../../errors.ts';
import { startOfDay } from '../elders/day-hours.ts';

const dayMs = 86_400_000;

/** The time of an export: `from` ≤ at < `to`, epoch ms. */
export interface ExportTime {
  from: number;
  to: number;
}

/**
 * The time from the first day's beginning to the last one's end in a timezone.
 *
 * @throws {DashboardError} `DASHBOARD_REQUEST_INVALID` for days that are none, are the wrong way round, or too many.
 */
export function timeOfDays(days: Pick<ExportQuery, 'from' | 'to'>, timezone: string): ExportTime {
  for (const part of ['from', 'to'] as const) {
    const at = Date.parse(days[part]);
    // 31 February reads as a day of March, or as none.
    if (Number.isNaN(at) || new Date(at).toISOString().slice(0, 10) !== days[part]) refuse(part, 'is no day');
  }
  const count = countDays(days);
  if (count < 1) refuse('to', 'is before from');
  if (count > maxExportDays) refuse('to', `makes ${count} days; ${maxExportDays} are the most of one export`);
  const next = new Date(Date.parse(days.to) + dayMs).toISOString().slice(0, 10);
  return { from: startOfDate(timezone, days.from), to: startOfDate(timezone, next) };
}

function refuse(part: string, why: string): never {
  throw new DashboardError('DASHBOARD_REQUEST_INVALID', `querystring /${part} ${why}`, { path: `/${part}` });
}

/** Beginning of a day in a timezone, epoch ms. */
function startOfDate(timezone: string, day: string): number {
  const noon = Date.parse(day) + dayMs / 2;
  // Noon in UTC is of the same day nearly everywhere; beyond UTC+12 it is of the next one.
  const starts = [0, -dayMs, dayMs].map((shift) => startOfDay(timezone, noon + shift));
  const found = starts.find((start) => createLocalTime(timezone)(start + dayMs / 2).startsWith(day));
  if (found === undefined) throw new RangeError(`no beginning of ${day} in ${timezone}`);
  return found;
}

/** Creates what writes an instant as the community's clock shows it: `2026-11-24 09:15:00`. */
export function createLocalTime(timezone: string): (at: number) => string {
  // The Swedish locale writes a time as yyyy-mm-dd hh:mm:ss.
  const format = new Intl.DateTimeFormat('sv-SE', {
    timeZone: timezone,
    dateStyle: 'short',
    timeStyle: 'medium',
  });
  return (at) => format.format(at);
}
