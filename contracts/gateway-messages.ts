import { type Static, Type } from 'typebox';
import { Lane } from './facts/event-kinds.ts';
import { Epoch, Session } from './facts/identifiers.ts';
import { AlarmRecord, Clock, exampleAlarmRecord, exampleTelemetryRecord, TelemetryRecord } from './record.ts';
import { objectOf } from './schema.ts';
import { Timestamp } from './time.ts';

/** Version of every message on the wire; a gateway may be one minor version ahead or behind. */
export const schemaVersion = 1;

const SchemaVersion = Type.Literal(schemaVersion);

/** Most records in one telemetry message. */
export const maxBatchRecords = 200;

/**
 * Longest message on each topic that a gateway publishes to, in bytes: of alarms one record (`maxRecordBytes`) in its
 * frame; of telemetry a batch, which a gateway ends at 64 KiB or with the record that is beyond.
 */
export const maxMessageBytes = { alarm: 66_560, telemetry: 262_144, state: 65_536 } as const;

/** Most keys of all objects of a message: what is longest to read for its length. Ours have up to 30 a record. */
export const maxMessageKeys = { alarm: 2048, telemetry: 8192, state: 2048 } as const;

/** `…/alarm`: one record of the alarm lane. */
export const AlarmMessage = objectOf({ schemaVersion: SchemaVersion, record: AlarmRecord }, 'keep');
export type AlarmMessage = Static<typeof AlarmMessage>;

/** `…/telemetry`: a batch of records of the telemetry lane, oldest first. */
export const TelemetryMessage = objectOf({
  schemaVersion: SchemaVersion,
  records: Type.Array(TelemetryRecord, { minItems: 1, maxItems: maxBatchRecords }),
});
export type TelemetryMessage = Static<typeof TelemetryMessage>;

/** The frame of a telemetry message, for reading it record by record so that a bad one spares the rest. */
export const TelemetryFrame = objectOf({
  schemaVersion: SchemaVersion,
  records: Type.Array(Type.Unknown(), { minItems: 1, maxItems: maxBatchRecords }),
});

/** What a gateway still holds of one epoch and lane. */
export const Held = objectOf(
  {
    epoch: Epoch,
    lane: Lane,
    oldest: Type.Integer({ minimum: 1 }),
    newest: Type.Integer({ minimum: 1 }),
  },
  'keep',
);
export type Held = Static<typeof Held>;

/** Most devices of another protocol that a gateway reports. */
export const maxForeignCalls = 32;

/** A device that speaks another protocol than the port it called at. */
export const ForeignCall = objectOf(
  {
    /** Adapter whose port was called, e.g. `watch-3g`. */
    adapter: Type.String({ minLength: 1, maxLength: 32 }),
    /** What the device speaks, e.g. `JT/T 808`. */
    protocol: Type.String({ minLength: 1, maxLength: 40 }),
    /** What the device calls itself, where its first bytes hold that. */
    device: Type.Optional(Type.String({ maxLength: 40 })),
    /** Network address of the last call. */
    remote: Type.String({ maxLength: 64 }),
    /** Calls since the agent's start. */
    times: Type.Integer({ minimum: 1 }),
    /** Gateway time. */
    lastAt: Timestamp,
  },
  'keep',
);
export type ForeignCall = Static<typeof ForeignCall>;

/**
 * `…/state`, retained: birth, heartbeat, and (as the will, or before an orderly end) death.
 * A death names the session it ends; one of an older session is ignored and the birth repeated.
 */
export const GatewayState = objectOf(
  {
    schemaVersion: SchemaVersion,
    status: Type.Enum(['birth', 'heartbeat', 'death']),
    session: Session,
    /** Names this start of the agent; absent in a death, and from older agents. */
    epoch: Type.Optional(Epoch),
    /** Gateway time; in a will it is the time of the CONNECT. */
    at: Timestamp,
    /** Empty where all is acknowledged; absent in a death. At most 64 streams, oldest first. */
    held: Type.Optional(Type.Array(Held, { maxItems: 64 })),
    heartbeatIntervalMs: Type.Optional(Type.Integer({ minimum: 1000, maximum: 600_000 })),
    adapters: Type.Optional(Type.Array(Type.String({ maxLength: 32 }), { maxItems: 32 })),
    version: Type.Optional(Type.String({ maxLength: 32 })),
    clock: Type.Optional(Clock),
    counters: Type.Optional(Type.Record(Type.String({ maxLength: 64 }), Type.Number())),
    /** Devices of another protocol that called within a day; absent where none did. */
    foreign: Type.Optional(Type.Array(ForeignCall, { maxItems: maxForeignCalls })),
  },
  'keep',
);
export type GatewayState = Static<typeof GatewayState>;

/**
 * `…/ack`: per epoch and lane the highest sequence up to which every record is journalled,
 * dead-lettered or covered by a gap record. Repeated in answer to every birth and heartbeat.
 */
export const Ack = objectOf(
  {
    schemaVersion: SchemaVersion,
    /** Platform time, from which the gateway corrects its clock. */
    at: Timestamp,
    /** The session whose birth or heartbeat this answers, with the `at` it carried; absent otherwise. */
    answers: Type.Optional(objectOf({ session: Session, at: Timestamp }, 'keep')),
    acks: Type.Array(objectOf({ epoch: Epoch, lane: Lane, sequence: Type.Integer({ minimum: 0 }) }, 'keep'), {
      maxItems: 256,
    }),
  },
  'keep',
);
export type Ack = Static<typeof Ack>;

export const exampleAlarmMessage: AlarmMessage = { schemaVersion, record: exampleAlarmRecord };

export const exampleTelemetryMessage: TelemetryMessage = { schemaVersion, records: [exampleTelemetryRecord] };

export const exampleGatewayState: GatewayState = {
  schemaVersion,
  status: 'birth',
  session: '0123456789abcdef',
  epoch: '9f86d081884c7d65',
  at: '2026-11-24T01:15:00.000Z',
  held: [{ epoch: '9f86d081884c7d65', lane: 'alarm', oldest: 17, newest: 17 }],
  heartbeatIntervalMs: 30_000,
  adapters: ['watch-3g', 'gb26875', 'hikvision-isapi'],
  version: '0.1.0',
  clock: { state: 'synchronized' },
  foreign: [
    {
      adapter: 'watch-3g',
      protocol: 'JT/T 808',
      device: '13912345678',
      remote: '192.0.2.17',
      times: 3,
      lastAt: '2026-11-24T01:14:58.000Z',
    },
  ],
};

export const exampleAck: Ack = {
  schemaVersion,
  at: '2026-11-24T01:15:01.210Z',
  acks: [{ epoch: '9f86d081884c7d65', lane: 'alarm', sequence: 17 }],
};
