import { type Static, Type } from 'typebox';
import { EventKind } from './facts/event-kinds.ts';
import { CommandId } from './facts/identifiers.ts';
import { Quantity, UcumCode } from './facts/quantities.ts';
import { objectOf, type UnknownFields } from './schema.ts';
import { Timestamp } from './time.ts';

const integer = (minimum: number, maximum: number, description?: string) =>
  Type.Integer({ minimum, maximum, ...(description && { description }) });

/** A component (部件) of a fire panel. @see GB/T 26875.3-2011, 8.2 */
export const Component = objectOf(
  {
    systemType: integer(0, 255),
    systemAddress: integer(0, 255),
    partType: Type.Optional(integer(0, 255)),
    zone: Type.Optional(integer(0, 65_535)),
    point: Type.Optional(integer(0, 65_535)),
  },
  'keep',
);
export type Component = Static<typeof Component>;

/** A position in WGS-84 decimal degrees. */
export const Position = objectOf(
  {
    latitude: Type.Number({ minimum: -90, maximum: 90 }),
    longitude: Type.Number({ minimum: -180, maximum: 180 }),
    accuracyM: Type.Optional(Type.Number({ minimum: 0, maximum: 100_000 })),
    source: Type.Enum(['gnss', 'wifi', 'cell']),
    /** The device has no fix now: this is where it last was. */
    lastKnown: Type.Optional(Type.Literal(true)),
    /** When it was there, where that is known; only beside `lastKnown`. */
    fixAt: Type.Optional(Timestamp),
  },
  'keep',
);
export type Position = Static<typeof Position>;

/** Most cells, and most Wi-Fi stations, of one record. */
export const maxRadioStations = 8;

const signal = Type.Optional(integer(-200, 255));

/**
 * Radio stations around a device without a fix, as evidence of its place. Networks are given by their numbers only,
 * never by the names that neighbours gave them.
 */
export const Radio = objectOf(
  {
    cells: Type.Optional(
      Type.Array(
        objectOf(
          {
            mcc: integer(1, 999),
            mnc: integer(0, 999),
            lac: integer(0, 16_777_215),
            cell: integer(0, 68_719_476_735),
            /** As the device gives it: dBm, percent or steps. */
            signal,
          },
          'keep',
        ),
        { maxItems: maxRadioStations },
      ),
    ),
    wifi: Type.Optional(
      Type.Array(
        objectOf({ mac: Type.String({ pattern: '^([0-9a-f]{2}:){5}[0-9a-f]{2}$' }), signal }, 'keep'),
        { maxItems: maxRadioStations },
      ),
    ),
  },
  'keep',
);
export type Radio = Static<typeof Radio>;

/** What was presented at a gate; `reference` is the terminal's own number for the person, never a name. */
export const Credential = objectOf(
  {
    means: Type.Enum(['card', 'pin', 'fingerprint', 'face', 'qr', 'remote', 'combined', 'unknown']),
    reference: Type.Optional(Type.String({ maxLength: 64 })),
  },
  'keep',
);
export type Credential = Static<typeof Credential>;

/** What could still be read of an alarm that could not be decoded. */
export const Unreadable = objectOf(
  {
    reason: Type.String({ maxLength: 200 }),
    /** First bytes as hexadecimal digits, at most 512 bytes. */
    raw: Type.Optional(Type.String({ pattern: '^([0-9a-f]{2})*$', maxLength: 1024 })),
  },
  'keep',
);
export type Unreadable = Static<typeof Unreadable>;

/** A thing that happened: badge presented, door forced, smoke, SOS, fall. */
export const deviceEventOf = (unknownFields: UnknownFields) =>
  objectOf(
    {
      type: Type.Literal('event'),
      kind: EventKind,
      /** False where the device says that the condition has ended; absent means it holds. */
      active: Type.Optional(Type.Boolean()),
      /** The device's native code, e.g. `5/27`, for the one who looks it up in the manual. */
      code: Type.Optional(Type.String({ maxLength: 64 })),
      component: Type.Optional(Component),
      position: Type.Optional(Position),
      radio: Type.Optional(Radio),
      credential: Type.Optional(Credential),
      /** The device's own words, e.g. a component's description; control characters removed. */
      text: Type.Optional(Type.String({ maxLength: 256 })),
      unreadable: Type.Optional(Unreadable),
    },
    unknownFields,
  );
export const DeviceEvent = deviceEventOf('refuse');
export type DeviceEvent = Static<typeof DeviceEvent>;

/** A sampled measurement of one quantity in its UCUM unit. */
export const Reading = objectOf({
  type: Type.Literal('reading'),
  quantity: Quantity,
  value: Type.Number({ minimum: -1e12, maximum: 1e12 }),
  unit: UcumCode,
  component: Type.Optional(Component),
});
export type Reading = Static<typeof Reading>;

/** A sampled position of a wearable, or the last one it had. */
export const PositionReading = objectOf({
  type: Type.Literal('position'),
  position: Position,
  radio: Type.Optional(Radio),
});
export type PositionReading = Static<typeof PositionReading>;

/** A block of high-rate samples, at most one second long. */
export const Waveform = objectOf({
  type: Type.Literal('waveform'),
  quantity: Type.String({ minLength: 1, maxLength: 48 }),
  start: Timestamp,
  rateHz: Type.Number({ exclusiveMinimum: 0, maximum: 10_000 }),
  unit: UcumCode,
  samples: Type.Array(Type.Number({ minimum: -1e12, maximum: 1e12 }), { minItems: 1, maxItems: 10_000 }),
});
export type Waveform = Static<typeof Waveform>;

/** The device sent something without other content. */
export const KeepAlive = objectOf({ type: Type.Literal('keep-alive') });
export type KeepAlive = Static<typeof KeepAlive>;

/**
 * Records that the outbox had to let go: every sequence from `from` up to the sequence of the record
 * that carries the gap, in its lane. The gap replaces the last record it covers.
 * `restored` is the platform's own: its data is from an older copy and the gateway has let go since.
 */
export const Gap = objectOf({
  type: Type.Literal('gap'),
  from: integer(1, Number.MAX_SAFE_INTEGER),
  reason: Type.Enum(['quota', 'refused', 'unreadable', 'restored']),
});
export type Gap = Static<typeof Gap>;

/** What became of a command. */
export const CommandResult = objectOf(
  {
    type: Type.Literal('command-result'),
    command: CommandId,
    result: Type.Enum(['received', 'done', 'failed', 'expired', 'unknown']),
    reason: Type.Optional(Type.String({ maxLength: 200 })),
  },
  'keep',
);
export type CommandResult = Static<typeof CommandResult>;

/** What a record of either lane may say. */
export type Body = DeviceEvent | Reading | PositionReading | Waveform | KeepAlive | Gap | CommandResult;
