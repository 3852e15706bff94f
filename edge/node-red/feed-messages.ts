import { type Static, Type } from 'typebox';
import { CommandAction } from '#contracts/command.ts';
import { EventKind } from '#contracts/facts/event-kinds.ts';
import { DeviceAddress } from '#contracts/facts/identifiers.ts';
import { Quantity } from '#contracts/facts/quantities.ts';
import type { DeviceEvent, Reading } from '#contracts/record-body.ts';

/** A read-only copy of what a device said, made after its commit to the outbox. */
export interface FeedRecord {
  type: 'record';
  /** Device address, e.g. `watch-3g:6907919734`. */
  device: string;
  /** The gateway's clock, RFC 3339. */
  capturedAt: string;
  /** The device's clock, RFC 3339. */
  observedAt?: string;
  historical?: true;
  body: DeviceEvent | Reading;
}

/** A line of the feed: a record, how many copies were lost since the last line, or a sign of life. */
export type FeedLine = FeedRecord | { type: 'lost'; count: number } | { type: 'alive' };

/** What a flow says for itself; a reading's unit follows from its quantity. */
export const FlowObservation = Type.Union([
  Type.Object(
    {
      type: Type.Literal('event'),
      kind: EventKind,
      active: Type.Optional(Type.Boolean()),
      code: Type.Optional(Type.String({ maxLength: 64 })),
      text: Type.Optional(Type.String({ maxLength: 256 })),
    },
    { additionalProperties: false },
  ),
  Type.Object(
    {
      type: Type.Literal('reading'),
      quantity: Quantity,
      value: Type.Number({ minimum: -1e12, maximum: 1e12 }),
    },
    { additionalProperties: false },
  ),
]);
export type FlowObservation = Static<typeof FlowObservation>;

/** A flow's request to accept an observation; the same `request` again is answered and accepted once. */
export const PublishRequest = Type.Object(
  {
    request: Type.String({ pattern: '^[0-9a-f-]{36}$' }),
    /** Identity of the flow's device; its address is `node-red:<id>`. */
    device: Type.String({ pattern: '^[A-Za-z0-9._-]{1,64}$' }),
    observation: FlowObservation,
  },
  { additionalProperties: false },
);
export type PublishRequest = Static<typeof PublishRequest>;

/** How many sign-ins to the editor were refused since the last word of it. */
export const RefusedSignIns = Type.Object(
  { refused: Type.Integer({ minimum: 1, maximum: 1_000_000 }) },
  { additionalProperties: false },
);
export type RefusedSignIns = Static<typeof RefusedSignIns>;

/** The agent's answer to a publish: on disk now, or on disk already. */
export interface PublishAnswer {
  outcome: 'accepted' | 'possible-repeat' | 'repeat';
}

/** A flow's request to actuate one of the gateway's own devices; the same `request` again is done once. */
export const CommandRequest = Type.Object(
  {
    request: Type.String({ pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' }),
    device: DeviceAddress,
    action: CommandAction,
    /** How long ago the flow asked, ms; it rises while the agent does not answer. */
    ageMs: Type.Integer({ minimum: 0, maximum: 3_600_000 }),
  },
  { additionalProperties: false },
);
export type CommandRequest = Static<typeof CommandRequest>;

/** What became of a flow's command. */
export interface CommandAnswer {
  result: 'done' | 'failed' | 'expired' | 'unknown';
  /** One of `commandReasons`. */
  reason?: string;
}

/** Life of a flow's command, ms; an older one is not carried out. */
export const flowCommandTtlMs = 10_000;

/** The agent's answer to what it refuses. */
export interface Refusal {
  code: string;
  message: string;
}

/** Time between signs of life on the feed, in ms. */
export const aliveIntervalMs = 5000;
