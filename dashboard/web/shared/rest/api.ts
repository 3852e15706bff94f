import type { ActDone, CommandIssued } from '#contracts/dispatch-api.ts';
import type {
  AcknowledgeRequest,
  AssignRequest,
  CommandRequest,
  DeviceList,
  IncidentDetail,
  IncidentList,
  MoveAssignmentRequest,
  NoteRequest,
  OpenIncidentRequest,
  PeopleList,
  PlaceTree,
  ReopenRequest,
  ResolveRequest,
  SessionView,
  SignIn,
} from '#contracts/rest.ts';
import { request } from './request.ts';

/** Most incidents read at once; the server gives no more. */
const maxListed = 2000;

const incident = (id: string) => `/api/incidents/${encodeURIComponent(id)}`;

/** The platform's REST interface as the pages use it; every call throws `RequestFailed`. */
export const api = {
  session: () => request<SessionView>('GET', '/api/session'),
  signIn: (body: SignIn) => request<SessionView>('POST', '/api/session', body),
  signOut: () => request<void>('DELETE', '/api/session'),
  incidents: (resolvedSince: number) =>
    request<IncidentList>(
      'GET',
      `/api/incidents?limit=${maxListed}&resolvedSince=${Math.floor(resolvedSince)}`,
    ),
  incident: (id: string) => request<IncidentDetail>('GET', incident(id)),
  devices: () => request<DeviceList>('GET', '/api/devices'),
  places: () => request<PlaceTree>('GET', '/api/places'),
  people: () => request<PeopleList>('GET', '/api/people'),
  open: (body: OpenIncidentRequest) => request<ActDone>('POST', '/api/incidents', body),
  acknowledge: (id: string, body: AcknowledgeRequest) =>
    request<ActDone>('POST', `${incident(id)}/acknowledge`, body),
  assign: (id: string, body: AssignRequest) => request<ActDone>('POST', `${incident(id)}/assignments`, body),
  moveAssignment: (id: string, assignment: string, body: MoveAssignmentRequest) =>
    request<ActDone>('POST', `${incident(id)}/assignments/${encodeURIComponent(assignment)}`, body),
  addNote: (id: string, body: NoteRequest) => request<ActDone>('POST', `${incident(id)}/notes`, body),
  resolve: (id: string, body: ResolveRequest) => request<ActDone>('POST', `${incident(id)}/resolve`, body),
  command: (body: CommandRequest) => request<CommandIssued>('POST', '/api/commands', body),
  reopen: (id: string, body: ReopenRequest) => request<ActDone>('POST', `${incident(id)}/reopen`, body),
};
