import { Type } from 'typebox';
import { IncidentId } from '#contracts/facts/identifiers.ts';
import { maxTimelinePart } from '#contracts/incident.ts';
import { IncidentDetail, IncidentList, TimelinePart } from '#contracts/rest.ts';
import { objectOf } from '#contracts/schema.ts';
import { incidentsShown } from '../audit/access-log.ts';
import { shows, showsOne } from '../audit/audited-answers.ts';
import { type App, type RouteDeps, refusals, viewerOn } from '../http/routes.ts';
import { requireCommunity, requireIncident, requireRight } from '../identity/require-right.ts';
import { arrivalInfoOf, incidentFor, maySeeArrivalInfo, timelineFor } from './incident-view.ts';

/** Path of a route about one incident. */
export const IncidentPath = objectOf({ id: IncidentId });

const maxListed = 2000;
const ListQuery = objectOf({
  resolvedSince: Type.Optional(
    Type.Integer({ minimum: 0, description: 'Epoch ms; adds incidents resolved since then.' }),
  ),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: maxListed, description: 'Default 500.' })),
});

const PartQuery = objectOf({
  after: Type.Integer({ minimum: 0, description: 'Sequence of the last line known.' }),
});

/** `/api/incidents`: reading. */
export function addIncidentRoutes(app: App, deps: RouteDeps): void {
  app.get(
    '/api/incidents',
    {
      config: { shows: shows<IncidentList>(({ incidents }) => incidentsShown(incidents)) },
      schema: {
        tags: ['incidents'],
        summary: 'Open incidents of the community, worst first.',
        querystring: ListQuery,
        response: { 200: IncidentList, ...refusals(400, 401, 404, 503) },
      },
    },
    async (request) => {
      const { resolvedSince, limit = 500 } = request.query;
      const community = await requireCommunity(deps, request, 'incidents');
      return { incidents: await deps.incidents.list(community, { resolvedSince, limit }) };
    },
  );

  app.get(
    '/api/my/incidents',
    {
      config: { shows: shows<IncidentList>(({ incidents }) => incidentsShown(incidents)) },
      schema: {
        tags: ['incidents'],
        summary: 'Open incidents that were brought to the responder signed in, worst first.',
        response: { 200: IncidentList, ...refusals(401, 404, 503) },
      },
    },
    async (request) => {
      const viewer = viewerOn(request);
      const { person, community, roles } = viewer;
      const isAllowed = roles.includes('responder');
      await requireRight(deps, request, { action: 'incident.look', object: 'my incidents' }, isAllowed);
      const incidents = await deps.incidents.openFor(community, person);
      return { incidents: incidents.map((incident) => incidentFor(viewer, incident)) };
    },
  );

  app.get(
    '/api/incidents/:id',
    {
      config: {
        shows: shows<IncidentDetail>(({ incident: { id }, arrivalInfo }) => [
          { action: 'incident.look', object: id },
          ...(arrivalInfo ? [{ action: 'incident.brief' as const, object: id }] : []),
        ]),
      },
      schema: {
        tags: ['incidents'],
        summary:
          'One incident with its timeline and what to know on arrival; the look is written to the audit log.',
        params: IncidentPath,
        response: { 200: IncidentDetail, ...refusals(400, 401, 404, 503) },
      },
    },
    async (request) => {
      const { id } = request.params;
      const viewer = viewerOn(request);
      const incident = await requireIncident(deps, request, id, { right: 'see', action: 'incident.look' });
      const timeline = await deps.incidents.timelineEnds(id);
      const arrivalInfo = maySeeArrivalInfo(viewer, incident)
        ? arrivalInfoOf(deps.registry(), incident)
        : undefined;
      return {
        incident: incidentFor(viewer, incident),
        timeline: timelineFor(viewer, incident, timeline),
        ...(arrivalInfo && { arrivalInfo }),
      };
    },
  );

  app.get(
    '/api/incidents/:id/timeline',
    {
      config: { shows: showsOne('incident.look') },
      schema: {
        tags: ['incidents'],
        summary: 'Lines of a timeline after one of its sequences; the look is written to the audit log.',
        params: IncidentPath,
        querystring: PartQuery,
        response: { 200: TimelinePart, ...refusals(400, 401, 404, 503) },
      },
    },
    async (request) => {
      const { id } = request.params;
      const incident = await requireIncident(deps, request, id, { right: 'see', action: 'incident.look' });
      const lines = await deps.incidents.timeline(id, request.query.after, maxTimelinePart);
      return { timeline: timelineFor(viewerOn(request), incident, lines) };
    },
  );
}
