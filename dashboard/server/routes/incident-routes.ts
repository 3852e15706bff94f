import { Type } from 'typebox';
import { IncidentId } from '#contracts/identifiers.ts';
import type { Incident } from '#contracts/incident.ts';
import { objectOf } from '#contracts/record-body.ts';
import { IncidentDetail, IncidentList } from '#contracts/rest.ts';
import { notFound } from '../refusal.ts';
import { maySee, type Viewer } from '../rights.ts';
import { type App, type RouteDeps, refusals, viewerOn, whoAsks } from './routes.ts';

/** Path of a route about one incident. */
export const IncidentPath = objectOf({ id: IncidentId });

const maxListed = 2000;
const ListQuery = objectOf({
  resolvedSince: Type.Optional(
    Type.Integer({ minimum: 0, description: 'Epoch ms; adds incidents resolved since then.' }),
  ),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: maxListed, description: 'Default 500.' })),
});

/** An incident a viewer may see. @throws {DashboardError} `DASHBOARD_NOT_FOUND`, of another community too. */
export async function visibleIncident(deps: RouteDeps, viewer: Viewer, id: string): Promise<Incident> {
  const incident = await deps.incidents.find(id);
  if (!incident || !maySee(viewer, incident.community)) throw notFound(`incident ${id}`);
  return incident;
}

/** `/api/incidents`: reading. */
export function addIncidentRoutes(app: App, deps: RouteDeps): void {
  app.get(
    '/api/incidents',
    {
      schema: {
        tags: ['incidents'],
        summary: 'Open incidents of the community, worst first.',
        querystring: ListQuery,
        response: { 200: IncidentList, ...refusals(400, 401) },
      },
    },
    async (request) => {
      const { resolvedSince, limit = 500 } = request.query;
      return { incidents: await deps.incidents.list(viewerOn(request).community, { resolvedSince, limit }) };
    },
  );

  app.get(
    '/api/incidents/:id',
    {
      schema: {
        tags: ['incidents'],
        summary: 'One incident with its timeline; the look is written to the audit log.',
        params: IncidentPath,
        response: { 200: IncidentDetail, ...refusals(400, 401, 404, 503) },
      },
    },
    async (request) => {
      const { id } = request.params;
      const line = { ...whoAsks(request), act: 'incident.look', object: id } as const;
      const incident = await visibleIncident(deps, viewerOn(request), id).catch(async (error) => {
        await deps.audit.append({ ...line, outcome: 'DASHBOARD_NOT_FOUND' });
        throw error;
      });
      const timeline = await deps.incidents.timeline(id);
      await deps.audit.append({ ...line, outcome: 'done' });
      return { incident, timeline };
    },
  );
}
