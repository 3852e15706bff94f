import type { TSchema } from 'typebox';
import {
  AcknowledgeIncident,
  type ActDone,
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
import { acknowledge } from '../acts/acknowledge.ts';
import type { ActContext } from '../acts/act.ts';
import { assign } from '../acts/assign.ts';
import { familyCalled } from '../acts/family-called.ts';
import { moveAssignment } from '../acts/move-assignment.ts';
import { moveNotification } from '../acts/move-notification.ts';
import { openByHand } from '../acts/open-by-hand.ts';
import { requestVisit } from '../acts/request-visit.ts';
import { addNote, reopen, resolve } from '../acts/resolve.ts';

/** What every request to act carries. */
export interface ActBody {
  /** Named where the path names no incident. */
  community?: string;
  actor: string;
  request: string;
}

/** One act of the HTTP interface; `act` gets the ids of its path and the body of its schema. */
export interface ActRoute {
  name: string;
  path: string;
  body: TSchema;
  act: (context: ActContext, id: string, body: never, assignment: string) => Promise<ActDone>;
}

/** Every act, all by POST. */
export const actRoutes: readonly ActRoute[] = [
  { name: 'open', path: '/incidents', body: OpenIncident, act: openByHand },
  { name: 'acknowledge', path: '/incidents/:id/acknowledge', body: AcknowledgeIncident, act: acknowledge },
  { name: 'assign', path: '/incidents/:id/assignments', body: AssignIncident, act: assign },
  {
    name: 'move-assignment',
    path: '/incidents/:id/assignments/:assignment',
    body: MoveAssignment,
    act: moveAssignment,
  },
  { name: 'note', path: '/incidents/:id/notes', body: AddNote, act: addNote },
  { name: 'resolve', path: '/incidents/:id/resolve', body: ResolveIncident, act: resolve },
  { name: 'reopen', path: '/incidents/:id/reopen', body: ReopenIncident, act: reopen },
  { name: 'family-called', path: '/incidents/:id/called', body: FamilyCalled, act: familyCalled },
  { name: 'request-visit', path: '/visits', body: RequestVisit, act: requestVisit },
  { name: 'move-notification', path: '/notifications/:id', body: MoveNotification, act: moveNotification },
];
