import type { ActionDone, CommandIssued } from '#contracts/dispatch-api.ts';
import type { CalledRequest, ElderList, ElderView, VisitRequest } from '#contracts/elder.ts';
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
  SessionList,
  SessionView,
  SignIn,
  TimelinePart,
} from '#contracts/rest.ts';
import {
  type ActingToken,
  actingHeader,
  type SetPin,
  type WallActing,
  type WallCode,
  type WallCodeRequest,
  type WallEnrolment,
  type WallList,
  type WallPeople,
} from '#contracts/wall.ts';
import { request } from './request.ts';

/** An action with its id, and at a wall with the token of who acts. */
export type Action<Body extends object> = Body & { request: string; acting?: string };

/** Most incidents read at once; the server gives no more. */
const maxListed = 2000;

/** Sends an action; who acts at a wall goes in a header. */
const act = <Result>(path: string, { acting, ...body }: Action<object>) =>
  request<Result>('POST', path, body, acting === undefined ? {} : { [actingHeader]: acting });

const incident = (id: string) => `/api/incidents/${encodeURIComponent(id)}`;
const elder = (resident: string) => `/api/elders/${encodeURIComponent(resident)}`;

/** The platform's REST interface as the pages use it; every call throws `RequestFailed`. */
export const api = {
  session: () => request<SessionView>('GET', '/api/session'),
  signIn: (body: SignIn) => request<SessionView>('POST', '/api/session', body),
  chooseCommunity: (community: string) =>
    request<SessionView>('PUT', '/api/session/community', { community }),
  signOut: () => request<void>('DELETE', '/api/session'),
  sessions: () => request<SessionList>('GET', '/api/sessions'),
  endSession: (id: string) => request<void>('DELETE', `/api/sessions/${encodeURIComponent(id)}`),
  endOtherSessions: () => request<void>('DELETE', '/api/sessions'),
  incidents: (resolvedSince: number) =>
    request<IncidentList>(
      'GET',
      `/api/incidents?limit=${maxListed}&resolvedSince=${Math.floor(resolvedSince)}`,
    ),
  incident: (id: string) => request<IncidentDetail>('GET', incident(id)),
  timeline: (id: string, after: number) =>
    request<TimelinePart>('GET', `${incident(id)}/timeline?after=${after}`),
  devices: () => request<DeviceList>('GET', '/api/devices'),
  places: () => request<PlaceTree>('GET', '/api/places'),
  people: () => request<PeopleList>('GET', '/api/people'),
  open: (body: Action<OpenIncidentRequest>) => act<ActionDone>('/api/incidents', body),
  acknowledge: (id: string, body: Action<AcknowledgeRequest>) =>
    act<ActionDone>(`${incident(id)}/acknowledge`, body),
  assign: (id: string, body: Action<AssignRequest>) => act<ActionDone>(`${incident(id)}/assignments`, body),
  moveAssignment: (id: string, assignment: string, body: Action<MoveAssignmentRequest>) =>
    act<ActionDone>(`${incident(id)}/assignments/${encodeURIComponent(assignment)}`, body),
  addNote: (id: string, body: Action<NoteRequest>) => act<ActionDone>(`${incident(id)}/notes`, body),
  resolve: (id: string, body: Action<ResolveRequest>) => act<ActionDone>(`${incident(id)}/resolve`, body),
  command: (body: Action<CommandRequest>) => act<CommandIssued>('/api/commands', body),
  reopen: (id: string, body: Action<ReopenRequest>) => act<ActionDone>(`${incident(id)}/reopen`, body),
  setPin: (body: SetPin) => request<void>('PUT', '/api/session/pin', body),
  walls: () => request<WallList>('GET', '/api/walls'),
  wallCode: (body: WallCodeRequest) => request<WallCode>('POST', '/api/walls/codes', body),
  enrolWall: (body: WallEnrolment) => request<SessionView>('POST', '/api/walls/enrol', body),
  revokeWall: (id: string) => request<void>('DELETE', `/api/walls/${encodeURIComponent(id)}`),
  wallPeople: () => request<WallPeople>('GET', '/api/walls/people'),
  wallActing: (body: WallActing) => request<ActingToken>('POST', '/api/walls/acting', body),
  elders: () => request<ElderList>('GET', '/api/elders'),
  elder: (resident: string) => request<ElderView>('GET', elder(resident)),
  called: (resident: string, body: CalledRequest) => act<ActionDone>(`${elder(resident)}/called`, body),
  askVisit: (resident: string, body: VisitRequest) => act<ActionDone>(`${elder(resident)}/visit`, body),
};
