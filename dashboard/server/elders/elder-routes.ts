import { CalledRequest, ElderList, ElderView, VisitRequest } from '#contracts/elder.ts';
import { PlanId } from '#contracts/facts/identifiers.ts';
import { objectOf } from '#contracts/schema.ts';
import { shows, showsOne } from '../audit/audited-answers.ts';
import { type App, type RouteDeps, refusals, viewerOn } from '../http/routes.ts';
import { requireRight } from '../identity/require-right.ts';
import { addAction } from '../incidents/action.ts';
import { type ElderDeps, elderViewOf, nameOf } from './elder-view.ts';

const ElderPath = objectOf({ id: PlanId });
const tags = ['elders'];

/** `/api/elders`: what a relative sees of their elders, and what they may do. */
export function addElderRoutes(app: App, deps: RouteDeps & ElderDeps): void {
  addReading(app, deps);
  addCalled(app, deps);
  addVisit(app, deps);
}

function addReading(app: App, deps: RouteDeps & ElderDeps): void {
  app.get(
    '/api/elders',
    {
      config: {
        shows: shows<ElderList>(({ elders }) =>
          elders.map(({ id }) => ({ action: 'elder.shown', object: id })),
        ),
      },
      schema: {
        tags,
        summary: 'Elders the relative signed in follows.',
        response: { 200: ElderList, ...refusals(401, 404, 503) },
      },
    },
    async (request) => {
      const viewer = viewerOn(request);
      const isAllowed = viewer.elders.length > 0;
      await requireRight(deps, request, { action: 'elder.look', object: 'elders' }, isAllowed);
      const own = deps.registry().of(viewer.community);
      const placeOf = (resident: string) =>
        own?.dwellings.get(own.residents.get(resident)?.dwelling ?? '')?.label ?? '';
      return {
        elders: viewer.elders.map(({ resident }) => ({
          id: resident,
          name: nameOf(own, viewer, resident),
          place: placeOf(resident),
        })),
      };
    },
  );

  app.get(
    '/api/elders/:id',
    {
      config: { shows: showsOne('elder.look') },
      schema: {
        tags,
        summary:
          'One elder, as far as they share it with the relative; the look is written to the audit log.',
        params: ElderPath,
        response: { 200: ElderView, ...refusals(400, 401, 404, 503) },
      },
    },
    async (request) => {
      const viewer = viewerOn(request);
      const { id } = request.params;
      const isAllowed = viewer.rights.may('see', 'Elder', { resident: id, class: 'any' });
      await requireRight(deps, request, { action: 'elder.look', object: id }, isAllowed);
      return elderViewOf(deps, viewer, id);
    },
  );
}

function addCalled(app: App, deps: RouteDeps & ElderDeps): void {
  const route = {
    path: '/api/elders/:id/called',
    tag: 'elders',
    summary: 'The relative has called; of an inactivity incident the next step waits 15 min.',
    params: ElderPath,
    body: CalledRequest,
  };
  addAction(app, deps, route, async (request) => {
    const { community, rights } = viewerOn(request);
    const { id: resident } = request.params;
    const { incident: id, ...body } = request.body;
    const asked = { action: 'elder.called', object: `${resident}/${id}` } as const;
    const incident = await deps.incidents.find(id);
    const dwelling = deps.registry().of(community)?.residents.get(resident)?.dwelling;
    const isAllowed =
      rights.may('call', 'Elder', { resident, class: 'any' }) &&
      incident?.community === community &&
      incident.state !== 'resolved' &&
      incident.place.dwelling === dwelling;
    await requireRight(deps, request, asked, isAllowed);
    return { ...asked, path: `/incidents/${id}/called`, body };
  });
}

function addVisit(app: App, deps: RouteDeps & ElderDeps): void {
  const route = {
    path: '/api/elders/:id/visit',
    tag: 'elders',
    summary: 'The relative asks that somebody goes and looks.',
    params: ElderPath,
    body: VisitRequest,
  };
  addAction(app, deps, route, async (request) => {
    const { community, rights } = viewerOn(request);
    const { id: resident } = request.params;
    const asked = { action: 'elder.visit', object: resident } as const;
    const isAllowed = rights.may('ask-visit', 'Elder', { resident, class: 'any' });
    await requireRight(deps, request, asked, isAllowed);
    return { ...asked, path: '/visits', body: { ...request.body, community, resident } };
  });
}
