import { type TObject, Type } from 'typebox';
import type { MoveNotification } from '#contracts/dispatch-api.ts';
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
import { type App, type RouteDeps, viewerOn } from '../http/routes.ts';
import { requireIncident, requireRight } from '../identity/require-right.ts';
import { requirePerson, requirePlace } from '../registry/registry-routes.ts';
import { addAction } from './action.ts';
import { IncidentPath } from './incident-routes.ts';

const Id = Type.String({ pattern: '^[A-Za-z0-9_.:-]{1,64}$' });
const AssignmentPath = objectOf({ ...IncidentPath.properties, assignment: Id });
const NotificationPath = objectOf({ id: Id });

/** Actions on one incident: what follows its path, what it takes, the right it needs and how the audit log calls it. */
const incidentActions: {
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

/** `/api/incidents` and `/api/notifications`: acting. Each action is carried out by dispatch. */
export function addActionRoutes(app: App, deps: RouteDeps): void {
  for (const { path, action, right, body, summary } of incidentActions) {
    const route = {
      path: `/api/incidents/:id${path}`,
      tag: 'incidents',
      summary,
      params: IncidentPath,
      body,
    };
    addAction(app, deps, route, async (request) => {
      const { id } = request.params;
      await requireIncident(deps, request, id, { right, action });
      return {
        action,
        object: id,
        path: `/incidents/${id}${path}`,
        body: request.body as { request: string },
      };
    });
  }
  addOpening(app, deps);
  addAssigning(app, deps);
  addMoving(app, deps);
  addNotifications(app, deps);
}

function addOpening(app: App, deps: RouteDeps): void {
  const route = {
    path: '/api/incidents',
    tag: 'incidents',
    summary: 'Open an incident by hand, at the desk.',
    params: objectOf({}),
    body: OpenIncidentRequest,
  };
  addAction(app, deps, route, async (request) => {
    const { community, rights } = viewerOn(request);
    const isAllowed = rights.may('open', 'Incident', { community, isOpen: true, reached: [] });
    await requireRight(deps, request, { action: 'incident.open', object: 'incidents' }, isAllowed);
    requirePlace(deps.registry(), community, request.body.place);
    return { action: 'incident.open', path: '/incidents', body: { ...request.body, community } };
  });
}

function addAssigning(app: App, deps: RouteDeps): void {
  const route = {
    path: '/api/incidents/:id/assignments',
    tag: 'incidents',
    summary: 'Send a person to the scene.',
    params: IncidentPath,
    body: AssignRequest,
  };
  addAction(app, deps, route, async (request) => {
    const { person, community, rights } = viewerOn(request);
    const { params, body } = request;
    const asked = { action: 'incident.assign', object: params.id } as const;
    await requireIncident(deps, request, params.id, { right: 'assign', ...asked });
    // Who may move only their own assignment may take it, and send nobody.
    const isOwn = body.person === person && body.accept === true;
    const isAllowed = isOwn || rights.may('see', 'Community', { id: community });
    await requireRight(deps, request, asked, isAllowed);
    requirePerson(deps.registry(), community, body.person);
    return { ...asked, path: `/incidents/${params.id}/assignments`, body };
  });
}

function addMoving(app: App, deps: RouteDeps): void {
  const route = {
    path: '/api/incidents/:id/assignments/:assignment',
    tag: 'incidents',
    summary: 'Move an assignment on: accepted, declined, en route, on scene, released.',
    params: AssignmentPath,
    body: MoveAssignmentRequest,
  };
  addAction(app, deps, route, async (request) => {
    const { rights } = viewerOn(request);
    const { id, assignment } = request.params;
    const asked = { action: 'assignment.move', object: `${id}/${assignment}` } as const;
    const incident = await requireIncident(deps, request, id, { right: 'see', ...asked });
    const { community, assignments } = incident;
    const moved = assignments.find((one) => one.id === assignment);
    const isAllowed =
      moved !== undefined && rights.may('move', 'Assignment', { community, person: moved.person });
    await requireRight(deps, request, asked, isAllowed);
    const path = `/incidents/${id}/assignments/${encodeURIComponent(assignment)}`;
    return { ...asked, path, body: request.body };
  });
}

function addNotifications(app: App, deps: RouteDeps): void {
  const route = {
    path: '/api/notifications/:id',
    tag: 'notifications',
    summary: 'Say that a message was delivered to, or read by, the person signed in.',
    params: NotificationPath,
    body: NotificationRequest,
  };
  addAction(app, deps, route, async (request) => {
    const { id } = request.params;
    const { community } = viewerOn(request);
    const body: Omit<MoveNotification, 'actor'> = { ...request.body, community };
    return {
      action: 'notification.move',
      object: id,
      path: `/notifications/${encodeURIComponent(id)}`,
      body,
    };
  });
}
