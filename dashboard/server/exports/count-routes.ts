import { Counts, CountsQuery } from '#contracts/counts.ts';
import { maxExportDays } from '#contracts/export.ts';
import { timezoneOf } from '#contracts/facts/timezone.ts';
import {
  type CountRange,
  countGroups,
  maxCounts,
  type TelemetryReader,
} from '#contracts/telemetry-reader.ts';
import { DashboardError } from '../../errors.ts';
import { type App, type RouteDeps, refusals } from '../http/routes.ts';
import { requireCommunity } from '../identity/require-right.ts';
import { timeOfDays } from './export-days.ts';

const retryAfterS = 30;

/** `/api/counts`: how many incidents or events, by building, kind or level; no device and nobody is named. */
export function addCountRoutes(app: App, deps: RouteDeps & { telemetry: TelemetryReader }): void {
  app.get(
    '/api/counts',
    {
      config: { shows: 'nothing' },
      schema: {
        tags: ['counts'],
        summary: `Incidents as they opened, without drills, or events as they began, of at most ${maxExportDays} days, by building, kind or level; the ${maxCounts} highest.`,
        querystring: CountsQuery,
        response: { 200: Counts, ...refusals(400, 401, 404, 503) },
      },
    },
    async (request) => {
      const community = await requireCommunity(deps, request, 'counts');
      const timezone = timezoneOf(deps.registry().of(community)?.community);
      const range = rangeOf(request.query, { community, ...timeOfDays(request.query, timezone) });
      try {
        return { counts: await deps.telemetry.counts(range) };
      } catch (cause) {
        throw new DashboardError('DASHBOARD_STORE_UNAVAILABLE', 'nothing can be counted at present', {
          cause,
          retryAfterS,
        });
      }
    },
  );
}

/** @throws {DashboardError} `DASHBOARD_REQUEST_INVALID` where events are asked for by their building. */
function rangeOf(
  { of, by, building, kind, level }: CountsQuery,
  where: { community: string; from: number; to: number },
): CountRange {
  const only = { ...(kind !== undefined && { kind }), ...(level !== undefined && { level }) };
  if (of === 'incidents') {
    return { of, by, only: { ...only, ...(building !== undefined && { building }) }, ...where };
  }
  if (by === 'building' || building !== undefined) {
    const path = by === 'building' ? '/by' : '/building';
    throw new DashboardError(
      'DASHBOARD_REQUEST_INVALID',
      `querystring ${path}: events are counted by ${countGroups.events.join(' and ')} alone`,
      { path },
    );
  }
  return { of, by, only, ...where };
}
