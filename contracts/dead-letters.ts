import { type Static, Type } from 'typebox';
import { deadLetterReasons, replayOutcomes } from './dead-letter.ts';
import { DeviceClass } from './facts/device-classes.ts';
import { EventKind } from './facts/event-kinds.ts';
import { CommunityId, DeviceAddress, DeviceId, GatewayId } from './facts/identifiers.ts';
import { objectOf } from './schema.ts';
import { StoreHealth } from './store-health.ts';

const EpochMs = Type.Integer({ description: 'Platform time, epoch ms.' });
const Count = Type.Integer({ minimum: 0 });
const Reason = Type.Enum(deadLetterReasons, { description: 'Why it became a dead letter.' });
const Because = Type.String({ minLength: 3, maxLength: 200, pattern: '\\S.*\\S' });

/** Number of a dead letter; never used again after it is gone. */
export const DeadLetterId = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER });

/** A payload or record that became a dead letter, without what it carried. */
export const DeadLetterView = objectOf({
  id: DeadLetterId,
  gateway: Type.String(),
  /** Last level of the topic it came by. */
  lane: Type.String(),
  reason: Reason,
  /** Where it differs, as a JSON Pointer; `/` is the value itself. */
  path: Type.String(),
  expected: Type.String(),
  address: Type.Optional(DeviceAddress),
  kind: Type.Optional(EventKind),
  /** How often exactly this came; of one that raises no alarm, how often its device sent something with this reason. */
  count: Type.Integer({ minimum: 1 }),
  firstSeenAt: EpochMs,
  lastSeenAt: EpochMs,
  bytes: Count,
  /** False where only the first bytes were kept, so that it cannot be validated again. */
  isWhole: Type.Boolean(),
});
export type DeadLetterView = Static<typeof DeadLetterView>;

/** `GET /api/dead-letters`: newest first, with what there is of the whole community beside them. */
export const DeadLetterList = objectOf({
  deadLetters: Type.Array(DeadLetterView),
  /** Asks for older ones as `?before=`; absent where there are none. */
  next: Type.Optional(DeadLetterId),
  counts: Type.Array(objectOf({ gateway: Type.String(), reason: Reason, deadLetters: Count })),
  /** Those whose device's address could be read, most dead letters first. */
  addresses: Type.Array(objectOf({ gateway: Type.String(), address: Type.String(), deadLetters: Count })),
  /** What the telemetry store does not take, and what is in its way; of this community and of the platform itself. */
  store: StoreHealth,
});
export type DeadLetterList = Static<typeof DeadLetterList>;

/** `?gateway=&reason=&address=&before=&limit=`. */
export const DeadLetterFilter = objectOf({
  gateway: Type.Optional(GatewayId),
  reason: Type.Optional(Reason),
  address: Type.Optional(DeviceAddress),
});
export type DeadLetterFilter = Static<typeof DeadLetterFilter>;
export const DeadLetterQuery = objectOf({
  ...DeadLetterFilter.properties,
  before: Type.Optional(DeadLetterId),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
});

/** What a payload is shown as: text where it is UTF-8, else hexadecimal digits. */
export const ShownPayload = objectOf({
  encoding: Type.Enum(['text', 'hex']),
  data: Type.String(),
  shownBytes: Count,
});
export type ShownPayload = Static<typeof ShownPayload>;

/** `GET /api/dead-letters/{id}`; `register` where its device may be registered with what it sent. */
export const DeadLetterDetail = objectOf({
  deadLetter: DeadLetterView,
  payload: ShownPayload,
  register: Type.Optional(
    objectOf({
      /** The whole address, and the device's own without its component. */
      addresses: Type.Array(DeviceAddress),
      /** Class guessed from the protocol and the kind of event. */
      class: Type.Optional(DeviceClass),
      /** Dead letters of this address at this gateway. */
      deadLetters: Count,
    }),
  ),
});
export type DeadLetterDetail = Static<typeof DeadLetterDetail>;

/** `POST /api/dead-letters/{id}/register`: the device becomes known; where it hangs, as finely as is known. */
export const RegisterDevice = objectOf({
  address: DeviceAddress,
  class: DeviceClass,
  name: Type.String({ minLength: 1, maxLength: 64, pattern: '\\S' }),
  place: Type.Optional(
    objectOf({
      building: Type.Optional(Type.String({ maxLength: 48 })),
      unit: Type.Optional(Type.String({ maxLength: 48 })),
      dwelling: Type.Optional(Type.String({ maxLength: 48 })),
    }),
  ),
});
export type RegisterDevice = Static<typeof RegisterDevice>;

/** Its answer. */
export const DeviceRegistered = objectOf({ device: DeviceId });
export type DeviceRegistered = Static<typeof DeviceRegistered>;

/** `POST /api/dead-letters/replay`: all of one gateway and reason, and of one device where its address is given. */
export const ReplayMany = objectOf({
  gateway: GatewayId,
  reason: Reason,
  address: Type.Optional(DeviceAddress),
});
export type ReplayMany = Static<typeof ReplayMany>;

/** What became of one dead letter. */
export const Replayed = objectOf({
  outcome: Type.Enum(replayOutcomes),
  /** Records journalled now. */
  journalled: Count,
  /** True where what was journalled is too old to be taken for the present (DESIGN.md, promise 6). */
  late: Type.Optional(Type.Boolean()),
  /** Where it is still rejected: why. */
  rejected: Type.Optional(objectOf({ reason: Reason, path: Type.String(), expected: Type.String() })),
});
export type Replayed = Static<typeof Replayed>;

/** What became of many, by outcome; `left` were not validated, for the next request. */
export const ReplayedMany = objectOf({
  outcomes: Type.Record(Type.String(), Count),
  left: Count,
});
export type ReplayedMany = Static<typeof ReplayedMany>;

/** `POST /api/dead-letters/{id}/discard`: nobody needs it; the reason given is kept, the payload is not. */
export const DiscardDeadLetter = objectOf({ because: Because });
export type DiscardDeadLetter = Static<typeof DiscardDeadLetter>;

/** What every request to ingest's interface says: of which community, and for whom, already entitled. */
const Asked = { community: CommunityId, actor: Type.String({ minLength: 1, maxLength: 48 }) };

/** Bodies of ingest's own interface, which the dashboard asks on behalf of a person. */
export const IngestReplay = objectOf(Asked);
export type IngestReplay = Static<typeof IngestReplay>;
export const IngestReplayMany = objectOf({ ...Asked, ...ReplayMany.properties });
export type IngestReplayMany = Static<typeof IngestReplayMany>;
export const IngestDiscard = objectOf({ ...Asked, because: Because });
export type IngestDiscard = Static<typeof IngestDiscard>;

/** What ingest answers to every refused request. */
export const IngestRefusal = objectOf({
  code: Type.String(),
  message: Type.String(),
  path: Type.Optional(Type.String()),
});
export type IngestRefusal = Static<typeof IngestRefusal>;

/** A dead letter with what was kept of its payload. */
export interface KeptDeadLetter {
  deadLetter: DeadLetterView;
  payload: Uint8Array;
}

/** Reads the dead letters of one community after another; settled ones are left out. */
export interface DeadLetterReader {
  /** Newest first, older than `before` where it is given. */
  list(community: string, query: DeadLetterFilter & { before?: number; limit: number }): DeadLetterView[];
  counts(community: string): DeadLetterList['counts'];
  /** At most `limit` addresses, most dead letters first. */
  addresses(community: string, limit: number): DeadLetterList['addresses'];
  find(community: string, id: number): KeptDeadLetter | undefined;
}
