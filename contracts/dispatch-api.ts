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

/** Most deliveries of one request. */
export const maxDeliveries = 100;

/** A message that a page of the person received. */
export const Delivery = objectOf({
  person: Type.String({ minLength: 1, maxLength: 48 }),
  notification: Type.String({ minLength: 1, maxLength: 64 }),
});
export type Delivery = Static<typeof Delivery>;

/**
 * `POST /deliveries`: pages received these messages. It is no action of a person, so it has no request id: a delivery
 * recorded before changes nothing.
 */
export const RecordDeliveries = objectOf({
  deliveries: Type.Array(Delivery, { minItems: 1, maxItems: maxDeliveries }),
});
export type RecordDeliveries = Static<typeof RecordDeliveries>;

/** What dispatch answers to deliveries: how many were new, and how many name no message of that person. */
export const DeliveryReceipts = objectOf({
  recorded: Type.Integer({ minimum: 0 }),
  unknown: Type.Integer({ minimum: 0 }),
});
export type DeliveryReceipts = Static<typeof DeliveryReceipts>;

/** What dispatch answers to every refused request, with HTTP 400, 401, 404 or 409. */
export const DispatchRefusal = objectOf({
  code: Type.String(),
  message: Type.String(),
  path: Type.Optional(Type.String()),
});
export type DispatchRefusal = Static<typeof DispatchRefusal>;

/** Dispatch's answer to an action: the incident's version after it and whether anything changed. */
export const ActionDone = objectOf({
  incident: IncidentId,
  version: Type.Integer(),
  changed: Type.Boolean(),
  /** Id of the assignment made, for `assignments`. */
  assignment: Type.Optional(Type.String()),
});
export type ActionDone = Static<typeof ActionDone>;

/** `POST /commands`: one command to one device, from a person who gives a reason. */
export const IssueCommand = objectOf({
  ...Act,
  community: Type.String({ maxLength: 48 }),
  /** Device id of the registry. */
  device: Type.String({ minLength: 1, maxLength: 48 }),
  action: CommandAction,
  reason: Type.String({ minLength: 3, maxLength: 200, pattern: '\\S.*\\S' }),
});
export type IssueCommand = Static<typeof IssueCommand>;

/** Dispatch's answer to a command that is on disk and sent; its result is pushed live. */
export const CommandIssued = objectOf({ command: CommandId });
export type CommandIssued = Static<typeof CommandIssued>;

/**
 * `POST /incidents/{id}/called`: a relative has called the elder. It is added to the timeline; an inactivity
 * incident that nobody acknowledged takes its next step 15 min later, anything else in its time.
 */
export const FamilyCalled = objectOf({ ...Act });
export type FamilyCalled = Static<typeof FamilyCalled>;

/**
 * `POST /visits`: a relative asks that somebody goes and looks. It joins the open incident of the elder's
 * dwelling, which re-alerts, or opens one of kind `visit-request`; only one request is open at a time.
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
      /** Why the others are not; an unconfirmed sound is reported before an offline wall. */
      because: Type.Optional(Type.Enum(['away', 'sound-blocked', 'sound-unconfirmed'])),
    }),
    { maxItems: 10_000 },
  ),
});
export type WallReport = Static<typeof WallReport>;
