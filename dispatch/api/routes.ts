import type { TSchema } from 'typebox';
import {
  AcknowledgeIncident,
  type ActionDone,
  AddNote,
  AssignIncident,
  FamilyCalled,
  MoveAssignment,
  MoveNotification,
  OpenIncident,
  ReopenIncident,
  RequestVisit,
  ResolveIncident,
} from '#contracts/dispatch-api.ts';
import { acknowledge } from '../actions/acknowledge.ts';
import type { ActionContext } from '../actions/action.ts';
import { assign } from '../actions/assign.ts';
import { familyCalled } from '../actions/family-called.ts';
import { moveAssignment } from '../actions/move-assignment.ts';
import { moveNotification } from '../actions/move-notification.ts';
import { openByHand } from '../actions/open-by-hand.ts';
import { requestVisit } from '../actions/request-visit.ts';
import { addNote, reopen, resolve } from '../actions/resolve.ts';

/** What every request for an action carries. */
export interface ActionBody {
  /** Named where the path names no incident. */
  community?: string;
  actor: string;
  request: string;
}

/** One action of the HTTP interface; `action` gets the ids of its path and the body of its schema. */
export interface ActionRoute {
  name: string;
  path: string;
  body: TSchema;
  action: (context: ActionContext, id: string, body: never, assignment: string) => Promise<ActionDone>;
}

/** Every action, all by POST. */
export const actionRoutes: readonly ActionRoute[] = [
  { name: 'open', path: '/incidents', body: OpenIncident, action: openByHand },
  { name: 'acknowledge', path: '/incidents/:id/acknowledge', body: AcknowledgeIncident, action: acknowledge },
  { name: 'assign', path: '/incidents/:id/assignments', body: AssignIncident, action: assign },
  {
    name: 'move-assignment',
    path: '/incidents/:id/assignments/:assignment',
    body: MoveAssignment,
    action: moveAssignment,
  },
  { name: 'note', path: '/incidents/:id/notes', body: AddNote, action: addNote },
  { name: 'resolve', path: '/incidents/:id/resolve', body: ResolveIncident, action: resolve },
  { name: 'reopen', path: '/incidents/:id/reopen', body: ReopenIncident, action: reopen },
  { name: 'family-called', path: '/incidents/:id/called', body: FamilyCalled, action: familyCalled },
  { name: 'request-visit', path: '/visits', body: RequestVisit, action: requestVisit },
  { name: 'move-notification', path: '/notifications/:id', body: MoveNotification, action: moveNotification },
];
