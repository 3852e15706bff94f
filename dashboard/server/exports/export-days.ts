import { countDays, type ExportQuery, maxExportDays } from '#contracts/export.ts';
import { dayAfter, isDay, startOfDate } from '#runtime/local-days.ts';
import { DashboardError } from '../../errors.ts';

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
  for (const part of ['from', 'to'] as const) if (!isDay(days[part])) refuse(part, 'is no day');
  const count = countDays(days);
  if (count < 1) refuse('to', 'is before from');
  if (count > maxExportDays) refuse('to', `makes ${count} days; ${maxExportDays} are the most of one export`);
  return { from: startOfDate(timezone, days.from), to: startOfDate(timezone, dayAfter(days.to)) };
}

function refuse(part: string, why: string): never {
  throw new DashboardError('DASHBOARD_REQUEST_INVALID', `querystring /${part} ${why}`, { path: `/${part}` });
}
