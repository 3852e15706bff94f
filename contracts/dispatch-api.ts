import { type Static, Type } from 'typebox';
import { CommandAction } from './command.ts';
import { AssignmentMove } from './facts/assignments.ts';
import { CommandId, IncidentId, PhoneNumber, RequestId } from './facts/identifiers.ts';
import { IncidentKind } from './facts/incident-kinds.ts';
import { Level } from './facts/levels.ts';
import { Outcome } from './incident.ts';
import { objectOf } from './schema.ts';

/**
 * The requests dispatch answers on its loopback HTTP port, from services that know its token.
 * `actor` is the person who asks, already signed in and entitled: the dashboard answers for that.
 * `request` makes an act idempotent: the same id answers with what was done the first time.
 */
const Act = {
  actor: Type.String({ minLength: 1, maxLength: 48 }),
  request: RequestId,
};

/** `POST /incidents`: opened by hand at the desk; place, kind and call-back number are all it asks. */
export const OpenIncident = objectOf({
  ...Act,
  community: Type.String({ maxLength: 48 }),
  kind: IncidentKind,
  place: objectOf({
    building: Type.Optional(Type.String({ maxLength: 48 })),
    unit: Type.Optional(Type.String({ maxLength: 48 })),
    dwelling: Type.Optional(Type.String({ maxLength: 48 })),
    label: Type.String({ minLength: 1, maxLength: 128 }),
  }),
  callBack: Type.Optional(PhoneNumber),
  level: Type.Optional(Level),
  drill: Type.Optional(Type.Boolean()),
});
export type OpenIncident = Static<typeof OpenIncident>;

/** `POST /incidents/{id}/acknowledge`: `attention` is what the person saw; a newer alarm stays unacknowledged. */
export const AcknowledgeIncident = objectOf({ ...Act, attention: Type.Integer({ minimum: 1 }) });
export type AcknowledgeIncident = Static<typeof AcknowledgeIncident>;

/** `POST /incidents/{id}/assignments`. */
export const AssignIncident = objectOf({
  ...Act,
  person: Type.String({ minLength: 1, maxLength: 48 }),
  /** The person takes it themselves, in one step: `actor` must be `person`. */
  accept: Type.Optional(Type.Boolean()),
});
export type AssignIncident = Static<typeof AssignIncident>;

/** `POST /incidents/{id}/assignments/{assignment}`. */
export const MoveAssignment = objectOf({
  ...Act,
  to: AssignmentMove,
});
export type MoveAssignment = Static<typeof MoveAssignment>;

/** `POST /incidents/{id}/notes`. */
export const AddNote = objectOf({ ...Act, text: Type.String({ minLength: 1, maxLength: 500 }) });
export type AddNote = Static<typeof AddNote>;

/** `POST /incidents/{id}/resolve`. */
export const ResolveIncident = objectOf({
  ...Act,
  outcome: Outcome,
  note: Type.Optional(Type.String({ maxLength: 500 })),
});
export type ResolveIncident = Static<typeof ResolveIncident>;

/** `POST /incidents/{id}/reopen`: undoes a resolve; only a person reopens. */
export const ReopenIncident = objectOf({ ...Act });
export type ReopenIncident = Static<typeof ReopenIncident>;

/** `POST /notifications/{id}`: a page took the message, or its person, of that community, opened it. */
export const MoveNotification = objectOf({
  ...Act,
  community: Type.String({ maxLength: 48 }),
  to: Type.Enum(['delivered', 'read']),
});
export type MoveNotification = Static<typeof MoveNotification>;

/** Most messages of one request to take deliveries. */
export const maxDeliveriesAtOnce = 100;

/** A message that a page of the person took. */
export const Delivery = objectOf({
  person: Type.String({ minLength: 1, maxLength: 48 }),
  notification: Type.String({ minLength: 1, maxLength: 64 }),
});
export type Delivery = Static<typeof Delivery>;

/**
 * `POST /deliveries`: pages took these messages. Nobody acts here, so it needs no request id: what was taken before
 * changes nothing.
 */
export const TakeDeliveries = objectOf({
  deliveries: Type.Array(Delivery, { minItems: 1, maxItems: maxDeliveriesAtOnce }),
});
export type TakeDeliveries = Static<typeof TakeDeliveries>;

/** What dispatch answers to deliveries: how many were new, and how many name no message of that person. */
export const DeliveriesTaken = objectOf({
  taken: Type.Integer({ minimum: 0 }),
  unknown: Type.Integer({ minimum: 0 }),
});
export type DeliveriesTaken = Static<typeof DeliveriesTaken>;

/** What dispatch answers to every refused request, with HTTP 400, 401, 404 or 409. */
export const DispatchRefusal = objectOf({
  code: Type.String(),
  message: Type.String(),
  path: Type.Optional(Type.String()),
});
export type DispatchRefusal = Static<typeof DispatchRefusal>;

/** What dispatch answers to an act: the incident's version after it and whether anything changed. */
export const ActDone = objectOf({
  incident: IncidentId,
  version: Type.Integer(),
  changed: Type.Boolean(),
  /** Id of the assignment made, for `assignments`. */
  assignment: Type.Optional(Type.String()),
});
export type ActDone = Static<typeof ActDone>;

/** `POST /commands`: one act asked of one device, by a person who says why. */
export const IssueCommand = objectOf({
  ...Act,
  community: Type.String({ maxLength: 48 }),
  /** Device id of the registry. */
  device: Type.String({ minLength: 1, maxLength: 48 }),
  action: CommandAction,
  reason: Type.String({ minLength: 3, maxLength: 200, pattern: '\\S.*\\S' }),
});
export type IssueCommand = Static<typeof IssueCommand>;

/** What dispatch answers to a command that it has on disk and sent; what becomes of it is told live. */
export const CommandIssued = objectOf({ command: CommandId });
export type CommandIssued = Static<typeof CommandIssued>;

/**
 * `POST /incidents/{id}/called`: a relative has called the elder. It stands on the timeline; an inactivity
 * incident that nobody acknowledged takes its next step 15 min later, anything else in its time.
 */
export const FamilyCalled = objectOf({ ...Act });
export type FamilyCalled = Static<typeof FamilyCalled>;

/**
 * `POST /visits`: a relative asks that somebody goes and looks. It joins the open incident of the elder's
 * dwelling, which sounds anew, or opens one of kind `visit-request`; one request stands at a time.
 */
export const RequestVisit = objectOf({
  ...Act,
  community: Type.String({ maxLength: 48 }),
  resident: Type.String({ minLength: 1, maxLength: 48 }),
});
export type RequestVisit = Static<typeof RequestVisit>;

/**
 * `PUT /walls`: the dashboard's whole picture of who watches, every few seconds. A community whose walls
 * were all unwatched for 60 s, or of which nothing was reported for so long, opens `nobody-at-wall`.
 */
export const WallReport = objectOf({
  communities: Type.Array(
    objectOf({
      community: Type.String({ maxLength: 48 }),
      enrolled: Type.Integer({ minimum: 0 }),
      /** Walls connected with their sound on. */
      watched: Type.Integer({ minimum: 0 }),
      /** Why the others are not; a sound nobody hears is told before a wall that is away. */
      because: Type.Optional(Type.Enum(['away', 'sound-blocked', 'sound-unconfirmed'])),
    }),
    { maxItems: 10_000 },
  ),
});
export type WallReport = Static<typeof WallReport>;
