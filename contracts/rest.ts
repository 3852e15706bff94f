import { type Static, Type } from 'typebox';
import {
  AcknowledgeIncident,
  AddNote,
  AssignIncident,
  IssueCommand,
  MoveAssignment,
  OpenIncident,
} from './dispatch-api.ts';
import { CommunityId, RequestId, timeOfDayPattern } from './facts/identifiers.ts';
import { DataClass, ViewerRole } from './facts/roles.ts';
import { Incident, Outcome, TimelineEntry } from './incident.ts';
import { objectOf } from './schema.ts';
import { StoreHealth } from './store-health.ts';

/** `POST /api/session`. */
export const SignIn = objectOf({
  login: Type.String({ minLength: 1, maxLength: 64 }),
  password: Type.String({ minLength: 1, maxLength: 256 }),
});
export type SignIn = Static<typeof SignIn>;

const SessionCommunity = objectOf({
  id: Type.String(),
  nameZh: Type.String(),
  nameEn: Type.String(),
  /** The account chose it last; of none until it chose. */
  isLast: Type.Optional(Type.Literal(true)),
});
/** A community as it is offered to be chosen. */
export type SessionCommunity = Static<typeof SessionCommunity>;

/** `PUT /api/session/community`: from now on the session is in this one. */
export const ChooseCommunity = objectOf({ community: CommunityId });
export type ChooseCommunity = Static<typeof ChooseCommunity>;

/** `GET` and `POST /api/session`: who is signed in. */
export const SessionView = objectOf({
  /** The person, or the wall. */
  person: objectOf({ id: Type.String(), name: Type.String() }),
  roles: Type.Array(ViewerRole),
  /** Of a relative: the elders they follow and what each shares with them. */
  elders: Type.Array(objectOf({ resident: Type.String(), classes: Type.Array(DataClass) })),
  /** True where the person has a PIN for acting at a wall. */
  hasPin: Type.Boolean(),
  community: objectOf({
    id: Type.String(),
    nameZh: Type.String(),
    nameEn: Type.String(),
    /** IANA name; times of day are shown in it. */
    timezone: Type.String(),
  }),
  /** Where the account is somebody in several communities: all of them, the one it was in last first. */
  communities: Type.Optional(Type.Array(SessionCommunity)),
  /** Of a wall: when it asks 听到了吗, as HH:MM in the community's timezone. */
  wall: Type.Optional(
    objectOf({ shiftStarts: Type.Array(Type.String({ pattern: `^${timeOfDayPattern}$` })) }),
  ),
});
export type SessionView = Static<typeof SessionView>;

/** What a browser says it is, in words that people recognise their own by. */
export const SessionDevice = objectOf({
  browser: Type.Enum(['wechat', 'edge', 'firefox', 'chrome', 'safari', 'other']),
  system: Type.Enum(['harmony', 'android', 'iphone', 'ipad', 'windows', 'mac', 'linux', 'other']),
});
export type SessionDevice = Static<typeof SessionDevice>;

/** `GET /api/sessions`: where an account is signed in; times epoch ms. */
export const SessionList = objectOf({
  sessions: Type.Array(
    objectOf({
      id: Type.String(),
      ...SessionDevice.properties,
      startedAt: Type.Integer(),
      seenAt: Type.Integer(),
      /** The session of who asks. */
      isThis: Type.Boolean(),
    }),
  ),
});
export type SessionList = Static<typeof SessionList>;

/** `GET /api/incidents`: open ones, worst first; `?resolvedSince=` (epoch ms) adds those resolved since. */
export const IncidentList = objectOf({ incidents: Type.Array(Incident) });
export type IncidentList = Static<typeof IncidentList>;

/** What to know on arrival; open while an incident is, to staff and to those who go. */
export const ArrivalInfo = objectOf({
  residents: Type.Array(
    objectOf({
      id: Type.String(),
      name: Type.Optional(Type.String()),
      livesAlone: Type.Boolean(),
      /** E.g. hard of soundCheck, where the spare key is. */
      arrivalNote: Type.Optional(Type.String()),
    }),
  ),
  /** Relatives who may be called. */
  family: Type.Array(objectOf({ name: Type.String(), phone: Type.Optional(Type.String()) })),
});
export type ArrivalInfo = Static<typeof ArrivalInfo>;

/** `GET /api/incidents/{id}`; `arrivalInfo` where the viewer may see it and there is a dwelling. */
export const IncidentDetail = objectOf({
  incident: Incident,
  /** Its two ends: where sequences are missing, `GET …/timeline` gives what lies between. */
  timeline: Type.Array(TimelineEntry),
  arrivalInfo: Type.Optional(ArrivalInfo),
});
export type IncidentDetail = Static<typeof IncidentDetail>;

/** `GET /api/incidents/{id}/timeline`: lines after one sequence, oldest first. */
export const TimelinePart = objectOf({ timeline: Type.Array(TimelineEntry) });
export type TimelinePart = Static<typeof TimelinePart>;

/** Omitting loses the stance on unknown fields. */
const strict = { additionalProperties: false };

/** Actions as a page sends them: the server adds who acts and where. */
export const OpenIncidentRequest = Type.Omit(OpenIncident, ['actor', 'community'], strict);
export type OpenIncidentRequest = Static<typeof OpenIncidentRequest>;
export const AcknowledgeRequest = Type.Omit(AcknowledgeIncident, ['actor'], strict);
export type AcknowledgeRequest = Static<typeof AcknowledgeRequest>;
export const AssignRequest = Type.Omit(AssignIncident, ['actor'], strict);
export type AssignRequest = Static<typeof AssignRequest>;
export const MoveAssignmentRequest = Type.Omit(MoveAssignment, ['actor'], strict);
export type MoveAssignmentRequest = Static<typeof MoveAssignmentRequest>;
export const NoteRequest = Type.Omit(AddNote, ['actor'], strict);
export type NoteRequest = Static<typeof NoteRequest>;
export const CommandRequest = Type.Omit(IssueCommand, ['actor', 'community'], strict);
export type CommandRequest = Static<typeof CommandRequest>;
export const ResolveRequest = objectOf({
  request: RequestId,
  outcome: Outcome,
  note: Type.Optional(Type.String({ maxLength: 500 })),
});
export type ResolveRequest = Static<typeof ResolveRequest>;
export const ReopenRequest = objectOf({ request: RequestId });
export type ReopenRequest = Static<typeof ReopenRequest>;
export const NotificationRequest = objectOf({ request: RequestId, to: Type.Enum(['delivered', 'read']) });
export type NotificationRequest = Static<typeof NotificationRequest>;

/** A device of the registry; its last state comes over the socket. */
export const DeviceView = objectOf({
  id: Type.String(),
  class: Type.String(),
  name: Type.String(),
  model: Type.Optional(Type.String()),
  place: Type.String(),
  building: Type.Optional(Type.String()),
  unit: Type.Optional(Type.String()),
  dwelling: Type.Optional(Type.String()),
  gateway: Type.String(),
});
export type DeviceView = Static<typeof DeviceView>;

/** `GET /api/devices`. */
export const DeviceList = objectOf({ devices: Type.Array(DeviceView) });
export type DeviceList = Static<typeof DeviceList>;

/** `GET /api/places`: for choosing where, at the desk. */
export const PlaceTree = objectOf({
  buildings: Type.Array(
    objectOf({
      id: Type.String(),
      name: Type.String(),
      units: Type.Array(
        objectOf({
          id: Type.String(),
          name: Type.String(),
          dwellings: Type.Array(objectOf({ id: Type.String(), label: Type.String() })),
        }),
      ),
    }),
  ),
});
export type PlaceTree = Static<typeof PlaceTree>;

/** `GET /api/people`: who may be assigned. */
export const PeopleList = objectOf({
  people: Type.Array(objectOf({ id: Type.String(), name: Type.String(), roles: Type.Array(Type.String()) })),
});
export type PeopleList = Static<typeof PeopleList>;

/** `GET /api/health`, without signing in: is the platform whole? */
export const PlatformHealth = objectOf({
  ok: Type.Boolean(),
  /** Which of the dashboard's neighbours answer. */
  parts: Type.Record(Type.String(), Type.Enum(['up', 'down'])),
  /** Whether what came is in the telemetry store. Warnings do not wait for it, so `ok` does not either. */
  store: StoreHealth,
});
export type PlatformHealth = Static<typeof PlatformHealth>;

/** Every refusal of the REST interface. */
export const Refusal = objectOf({
  code: Type.String(),
  message: Type.String(),
  path: Type.Optional(Type.String()),
});
export type Refusal = Static<typeof Refusal>;
