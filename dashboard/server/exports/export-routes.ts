import type { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { ExportQuery, ExportSubject, maxExportDays, maxExportRows } from '#contracts/export.ts';
import { timezoneOf } from '#contracts/facts/timezone.ts';
import { objectOf } from '#contracts/schema.ts';
import type { Logger } from '#runtime/log.ts';
import { DashboardError } from '../../errors.ts';
import { type App, type RouteDeps, refusals, requesterOf, viewerOn } from '../http/routes.ts';
import { requireRight } from '../identity/require-right.ts';
import { openExportTable } from './all.ts';
import { timeOfDays } from './export-days.ts';
import { openExportStream } from './export-stream.ts';
import type { HeavyReads } from './read-worker.ts';

/** What exports stand on beside the other routes. */
export interface ExportDeps extends RouteDeps {
  /** Read beside those who watch, on a thread of their own. */
  sources: HeavyReads;
  log: Logger;
}

/** Exports at once, of all viewers: each reads beside those who watch. */
const maxAtOnce = 2;
const retryAfterS = 30;
const contentTypes = {
  csv: 'text/csv; charset=utf-8; header=present',
  jsonl: 'application/jsonl; charset=utf-8',
};

/** `/api/export/{subject}`: what a manager takes out for auditors; begin and end stand in the audit log. */
export function addExportRoutes(app: App, deps: ExportDeps): void {
  let running = 0;
  app.get(
    '/api/export/:subject',
    {
      config: { shows: 'logged-by-route' },
      // Asked for its head alone it would be read to its end for nobody.
      exposeHeadRoute: false,
      schema: {
        tags: ['export'],
        summary: `Rows of the own community for auditors, streamed: at most ${maxExportDays} days and ${maxExportRows} rows; one with more is broken off. For managers.`,
        params: objectOf({ subject: ExportSubject }),
        querystring: ExportQuery,
        response: {
          200: Type.Unsafe<Readable>(
            Type.String({ description: 'CSV with a byte order mark (RFC 4180), or JSON Lines.' }),
          ),
          ...refusals(400, 401, 404, 429, 503),
        },
      },
    },
    async (request, reply) => {
      const { subject } = request.params;
      const { from, to, format } = request.query;
      const { community, rights } = viewerOn(request);
      const object = `${subject}/${from}/${to}/${format}`;
      await requireRight(
        deps,
        request,
        { action: 'export', object },
        rights.may('export', 'Community', { id: community }),
      );
      const timezone = timezoneOf(deps.registry().of(community)?.community);
      const time = timeOfDays(request.query, timezone);
      if (running >= maxAtOnce) {
        throw new DashboardError('DASHBOARD_TOO_MANY_REQUESTS', 'other exports are running', { retryAfterS });
      }
      running++;
      let isRunning = true;
      const end = async (outcome: string, rows: number) => {
        if (!isRunning) return;
        isRunning = false;
        running--;
        await audit(deps, request, { object: `${object}/${rows} rows`, outcome });
      };
      try {
        await audit(deps, request, { object, outcome: 'begun' });
        const table = openExportTable(subject, {
          ...deps.sources,
          registry: deps.registry,
          community,
          time,
          timezone,
          query: request.query,
        });
        const stream = await openExportStream(table, { query: request.query, onEnd: end });
        stream.on('error', (error) => deps.log.warn({ err: error, subject }, 'export broken off'));
        // Who is gone before the first byte is asked for never lets the rows begin, nor end.
        stream.once('close', () => {
          end('aborted', 0).catch((error) => deps.log.error({ err: error }, 'end of an export not audited'));
        });
        return reply
          .type(contentTypes[format])
          .header(
            'content-disposition',
            `attachment; filename="shouwang-${community}-${subject}-${from}_${to}.${format}"`,
          )
          .header('cache-control', 'no-store')
          .send(stream);
      } catch (error) {
        const failure = asUnavailable(error);
        await end(failure.code, 0);
        throw failure;
      }
    },
  );
}

/** What went wrong before the first byte: the audit log's own failure, else the source is away. */
function asUnavailable(error: unknown): DashboardError {
  if (error instanceof DashboardError) return error;
  return new DashboardError('DASHBOARD_STORE_UNAVAILABLE', 'what is asked for cannot be read at present', {
    cause: error,
    retryAfterS,
  });
}

function audit(
  deps: ExportDeps,
  request: FastifyRequest,
  line: { object: string; outcome: string },
): Promise<void> {
  return deps.audit.append({ ...requesterOf(request), action: 'export', request: request.id, ...line });
}
