import { type Static, type TSchema, Type } from 'typebox';
import { eventKinds, type Lane } from './facts/event-kinds.ts';
import { DeviceAddress, Epoch } from './facts/identifiers.ts';
import {
  type Body,
  CommandResult,
  deviceEventOf,
  Gap,
  KeepAlive,
  PositionReading,
  Reading,
  Waveform,
} from './record-body.ts';
import { objectOf, type UnknownFields } from './schema.ts';
import { Timestamp } from './time.ts';

/** How far the gateway's clock may be trusted; `offsetMs` is platform time minus gateway time. */
export const Clock = Type.Union([
  objectOf({ state: Type.Literal('synchronized') }),
  objectOf({ state: Type.Literal('skewed'), offsetMs: Type.Integer() }),
  objectOf({ state: Type.Literal('unknown') }),
]);
export type Clock = Static<typeof Clock>;

/** Largest record in bytes of JSON; the outbox refuses a larger one, the broker never sees it. */
export const maxRecordBytes = 65_536;

/** Held longer than this, a record is late (DESIGN.md, promise 6). */
export const lateAfterMs = 120_000;

const envelopeOf = <B extends TSchema>(lane: Lane, body: B, unknownFields: UnknownFields) =>
  objectOf(
    {
      epoch: Epoch,
      lane: Type.Literal(lane),
      /** Strictly increasing from 1 in its epoch and lane, without holes. */
      sequence: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
      device: DeviceAddress,
      /** The device's own identity of the event, where its protocol has one. */
      origin: Type.Optional(Type.String({ minLength: 1, maxLength: 128 })),
      /** The device's clock: shown, never compared. */
      observedAt: Type.Optional(Timestamp),
      /** The gateway's clock, corrected by the offset it knew then. */
      capturedAt: Timestamp,
      /** Monotonic milliseconds in the outbox; absent after the gateway booted anew without a synchronized clock. */
      heldMs: Type.Optional(Type.Integer({ minimum: 0 })),
      /** The device itself says that the record is old. */
      historical: Type.Optional(Type.Literal(true)),
      /** Only time distinguishes it from the previous alarm: stored and counted, never dropped (DESIGN.md, promise 3). */
      possibleRepeat: Type.Optional(Type.Literal(true)),
      clock: Clock,
      body,
    },
    unknownFields,
  );

const alarmRecordOf = (unknownFields: UnknownFields) =>
  envelopeOf('alarm', Type.Union([deviceEventOf(unknownFields), Gap, CommandResult]), unknownFields);

/** A record of the alarm lane; unknown fields are kept. */
export const AlarmRecord = alarmRecordOf('keep');
export type AlarmRecord = Static<typeof AlarmRecord>;

/** The same without tolerance: a record that fails only here carries unknown fields, to be counted. */
export const StrictAlarmRecord = alarmRecordOf('refuse');

/** A record of the telemetry lane; unknown fields are refused. */
export const TelemetryRecord = envelopeOf(
  'telemetry',
  Type.Union([deviceEventOf('refuse'), Reading, PositionReading, Waveform, KeepAlive, Gap]),
  'refuse',
);
export type TelemetryRecord = Static<typeof TelemetryRecord>;

/** A record of either lane: (gateway, epoch, lane, sequence) identifies it. */
export type WireRecord = AlarmRecord | TelemetryRecord;

/** The lane a body travels in; a gap travels in the lane it speaks of, so it is not asked here. */
export function laneOf(body: Exclude<Body, { type: 'gap' }>): Lane {
  if (body.type === 'event') return eventKinds[body.kind].lane;
  return body.type === 'command-result' ? 'alarm' : 'telemetry';
}

/** True for what must not be taken for the present (DESIGN.md, promise 6). */
export function isLate(record: Pick<WireRecord, 'historical' | 'heldMs'>): boolean {
  return record.historical === true || record.heldMs === undefined || record.heldMs > lateAfterMs;
}

export const exampleAlarmRecord: AlarmRecord = {
  epoch: '9f86d081884c7d65',
  lane: 'alarm',
  sequence: 17,
  device: 'watch-3g:6907919734',
  origin: '00010000@2026-11-24T01:15:00.000Z',
  observedAt: '2026-11-24T01:15:00.000Z',
  capturedAt: '2026-11-24T01:15:01.204Z',
  heldMs: 2,
  clock: { state: 'synchronized' },
  body: { type: 'event', kind: 'sos', code: '00010000' },
};

export const exampleTelemetryRecord: TelemetryRecord = {
  epoch: '9f86d081884c7d65',
  lane: 'telemetry',
  sequence: 40_218,
  device: 'watch-3g:6907919734',
  capturedAt: '2026-11-24T01:15:01.204Z',
  heldMs: 40,
  clock: { state: 'skewed', offsetMs: -1804 },
  body: { type: 'reading', quantity: 'heart-rate', value: 72, unit: '/min' },
};
