import { type TObject, Type } from 'typebox';
import { ActDone, type MoveNotification } from '#contracts/dispatch-api.ts';
import type { Permission } from '#contracts/facts/rights.ts';
import {
  AcknowledgeRequest,
  AssignRequest,
  MoveAssignmentRequest,
  NoteRequest,
  NotificationRequest,
  OpenIncidentRequest,
  ReopenRequest,
  ResolveRequest,
} from '#contracts/rest.ts';
import { objectOf } from '#contracts/schema.ts';
import type { AuditAction } from '../audit/audit.ts';
import { type App, type RouteDeps, refusals, viewerOn, whoAsks } from '../http/routes.ts';
import { requireIncident, requireRight } from '../identity/require-right.ts';
import { requirePerson, requirePlace } from '../registry/registry-routes.ts';
import { performAction } from './action.ts';
import { IncidentPath } from './incident-routes.ts';

const Id = Type.String({ pattern: '^[A-Za-z0-9_.:-]{1,64}$' });
const AssignmentPath = objectOf({ ...IncidentPath.properties, assignment: Id });
const NotificationPath = objectOf({ id: Id });

/** Acts on one incident: what follows its path, what it takes, the right it needs and how the audit log calls it. */
const incidentActs: {
  path: string;
  action: AuditAction;
  right: Permission;
  body: TObject;
  summary: string;
}[] = [
  {
    path: '/acknowledge',
    action: 'incident.acknowledge',
    right: 'acknowledge',
    body: AcknowledgeRequest,
    summary: 'Acknowledge what was seen; a newer alarm stays unacknowledged.',
  },
  {
    path: '/notes',
    action: 'incident.note',
    right: 'note',
    body: NoteRequest,
    summary: 'Add a note to the timeline.',
  },
  {
    path: '/resolve',
    action: 'incident.resolve',
    right: 'resolve',
    body: ResolveRequest,
    summary: 'Resolve, saying whether it was real, false, a test or a drill.',
  },
  {
    path: '/reopen',
    action: 'incident.reopen',
    right: 'reopen',
    body: ReopenRequest,
    summary: 'Undo a resolve.',
  },
];

const answers = { 200: ActDone, ...refusals(400, 401, 403, 404, 409, 503) };

/** `/api/incidents` and `/api/notifications`: acting. Each action is carried out by dispatch. */
export function addActionRoutes(app: App, deps: RouteDeps): void {
  for (const { path, action, right, body, summary } of incidentActs) {
    app.post(
      `/api/incidents/:id${path}`,
      { schema: { tags: ['incidents'], summary, params: IncidentPath, body, response: answers } },
      async (request, reply) => {
        const { id } = request.params;
        await requireIncident(deps, request, id, { right, action });
        const answer = await performAction(deps, {
          action,
          who: { ...whoAsks(request), person: viewerOn(request).person },
          object: id,
          path: `/incidents/${id}${path}`,
          body: request.body as { request: string },
        });
        return reply.status(answer.status as 200).send(answer.body as ActDone);
      },
    );
  }
  addOpening(app, deps);
  addAssigning(app, deps);
  addMoving(app, deps);
  addNotifications(app, deps);
}

function addOpening(app: App, deps: RouteDeps): void {
  app.post(
    '/api/incidents',
    {
      schema: {
        tags: ['incidents'],
        summary: 'Open an incident by hand, at the desk.',
        body: OpenIncidentRequest,
        response: answers,
      },
    },
    async (request, reply) => {
      const { person, community, rights } = viewerOn(request);
      const isAllowed = rights.may('open', 'Incident', { community, isOpen: true, reached: [] });
      await requireRight(deps, request, { action: 'incident.open', object: 'incidents' }, isAllowed);
      requirePlace(deps.registry(), community, request.body.place);
      const answer = await performAction(deps, {
        action: 'incident.open',
        who: { ...whoAsks(request), person },
        path: '/incidents',
        body: { ...request.body, community } as { request: string },
      });
      return reply.status(answer.status as 200).send(answer.body as ActDone);
    },
  );
}

function addAssigning(app: App, deps: RouteDeps): void {
  app.post(
    '/api/incidents/:id/assignments',
    {
      schema: {
        tags: ['incidents'],
        summary: 'Send a person to the scene.',
        params: IncidentPath,
        body: AssignRequest,
        response: answers,
      },
    },
    async (request, reply) => {
      const { person, community, rights } = viewerOn(request);
      const { id } = request.params;
      const asked = { action: 'incident.assign', object: id } as const;
      await requireIncident(deps, request, id, { right: 'assign', ...asked });
      // Who may move only their own assignment may take it, and send nobody.
      const isOwn = request.body.person === person && request.body.accept === true;
      const isAllowed = isOwn || rights.may('see', 'Community', { id: community });
      await requireRight(deps, request, asked, isAllowed);
      requirePerson(deps.registry(), community, request.body.person);
      const answer = await performAction(deps, {
        action: 'incident.assign',
        who: { ...whoAsks(request), person },
        object: id,
        path: `/incidents/${id}/assignments`,
        body: request.body,
      });
      return reply.status(answer.status as 200).send(answer.body as ActDone);
    },
  );
}

function addMoving(app: App, deps: RouteDeps): void {
  app.post(
    '/api/incidents/:id/assignments/:assignment',
    {
      schema: {
        tags: ['incidents'],
        summary: 'Move an assignment on: accepted, declined, en route, on scene, released.',
        params: AssignmentPath,
        body: MoveAssignmentRequest,
        response: answers,
      },
    },
    async (request, reply) => {
      const { person, rights } = viewerOn(request);
      const { id, assignment } = request.params;
      const asked = { action: 'assignment.move', object: `${id}/${assignment}` } as const;
      const incident = await requireIncident(deps, request, id, { right: 'see', ...asked });
      const { community, assignments } = incident;
      const moved = assignments.find((one) => one.id === assignment);
      const isAllowed =
        moved !== undefined && rights.may('move', 'Assignment', { community, person: moved.person });
      await requireRight(deps, request, asked, isAllowed);
      const answer = await performAction(deps, {
        ...asked,
        who: { ...whoAsks(request), person },
        path: `/incidents/${id}/assignments/${encodeURIComponent(assignment)}`,
        body: request.body,
      });
      return reply.status(answer.status as 200).send(answer.body as ActDone);
    },
  );
}

function addNotifications(app: App, deps: RouteDeps): void {
  app.post(
    '/api/notifications/:id',
    {
      schema: {
        tags: ['notifications'],
        summary: 'Say that a message was delivered to, or read by, the person signed in.',
        params: NotificationPath,
        body: NotificationRequest,
        response: answers,
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const { person, community } = viewerOn(request);
      const body: Omit<MoveNotification, 'actor'> = { ...request.body, community };
      const answer = await performAction(deps, {
        action: 'notification.move',
        who: { ...whoAsks(request), person },
        object: id,
        path: `/notifications/${encodeURIComponent(id)}`,
        body,
      });
      return reply.status(answer.status as 200).send(answer.body as ActDone);
    },
  );
}
