import type { DeadLetterReason } from '#contracts/dead-letter.ts';
import { isAlarm } from '#contracts/facts/event-kinds.ts';
import { unknownDevice } from '#contracts/facts/identifiers.ts';
import { quantities } from '#contracts/facts/quantities.ts';
import { AlarmMessage, TelemetryFrame } from '#contracts/gateway-messages.ts';
import {
  type AlarmRecord,
  laneOf,
  StrictAlarmRecord,
  TelemetryRecord,
  type WireRecord,
} from '#contracts/record.ts';
import type { Body } from '#contracts/record-body.ts';
import { toRecordEntry } from '#contracts/record-entry.ts';
import { fromTimestamp } from '#contracts/time.ts';
import { createValidator, type Mismatch } from '#contracts/validate.ts';
import { limitsOf, parsePayload } from './parse-payload.ts';
import { mayBeAlarm, readLoosely } from './read-rejected.ts';
import { readUnknownFields } from './unknown-fields.ts';
import { unprocessable } from './unprocessable.ts';
import type { Message, Rejected, Source, ValidationResult } from './validation-result.ts';

/** Answers with the device id of an address in a community. */
export type FindDevice = (community: string, address: string) => string | undefined;

const checkAlarmMessage = createValidator(AlarmMessage);
const checkStrictAlarm = createValidator(StrictAlarmRecord);
const checkTelemetryFrame = createValidator(TelemetryFrame);
const checkTelemetryRecord = createValidator(TelemetryRecord);

/** What validation needs besides the message. */
export interface ValidationContext {
  source: Source;
  findDevice: FindDevice;
  /** The gateway that the registry gives a device of a community; without it every device is the sender's own. */
  gatewayOf?: GatewayOf | undefined;
}

/** Answers with the gateway of a device, by community and id. */
export type GatewayOf = (community: string, device: string) => string | undefined;

/** True for a device that the registry gives to another gateway than the sender. */
function isOfOther({ source, gatewayOf }: ValidationContext, device: string | undefined): boolean {
  if (device === undefined || !gatewayOf) return false;
  const own = gatewayOf(source.community, device);
  return own !== undefined && own !== source.gateway;
}

type Fault = Mismatch & { reason: DeadLetterReason };

/** Validates an alarm message: exactly one record, or the whole message a dead letter. */
export function validateAlarm(context: ValidationContext, payload: Buffer): ValidationResult {
  const parsed = parsePayload(payload, limitsOf('alarm'));
  if (!parsed.ok) return reject(context, undefined, { ...parsed, path: '/' }, payload);
  const { value } = parsed;
  const checked = checkAlarmMessage(value);
  if (!checked.ok) {
    const record = typeof value === 'object' && value !== null ? Reflect.get(value, 'record') : undefined;
    return reject(context, record, { reason: 'invalid', ...checked }, payload);
  }
  return resultOf(context, checked.value.record, { payload, message: { payload, records: 1 } });
}

/** Validates a telemetry message record by record; an unreadable frame becomes a dead letter as one. */
export function validateTelemetry(context: ValidationContext, payload: Buffer): ValidationResult[] {
  const parsed = parsePayload(payload, limitsOf('telemetry'));
  if (!parsed.ok) return [reject(context, undefined, { ...parsed, path: '/' }, payload)];
  const frame = checkTelemetryFrame(parsed.value);
  // No sequence is read from a foreign frame: the gateway keeps its records until it is understood.
  if (!frame.ok) return [reject(context, undefined, { reason: 'invalid', ...frame }, payload)];
  const message = { payload, records: frame.value.records.length };
  return frame.value.records.map((value) => {
    try {
      return validateTelemetryRecord(context, value, message);
    } catch (error) {
      return unprocessable(context.source, Buffer.from(JSON.stringify(value)), { value, error });
    }
  });
}

/** Validates one record of the telemetry lane. @param message What it came in; without it, it came alone. */
export function validateTelemetryRecord(
  context: ValidationContext,
  value: unknown,
  message?: Message,
): ValidationResult {
  const checked = checkTelemetryRecord(value);
  if (checked.ok) return resultOf(context, checked.value, { message });
  return reject(context, value, { reason: 'invalid', ...checked });
}

/** @param of `payload` is the message where it is one record alone, `message` where its bytes are kept. */
function resultOf(
  context: ValidationContext,
  wire: WireRecord,
  { payload, message }: { payload?: Buffer; message?: Message | undefined },
): ValidationResult {
  const { source, findDevice } = context;
  const fault = faultOf(wire);
  if (fault) return reject(context, wire, fault, payload);
  const device = findDevice(source.community, wire.device);
  // A gap is recorded whether or not the device of its last record is still registered.
  if (device === undefined && wire.body.type !== 'gap') {
    const expected = `must be registered in ${source.community}: ${wire.device}`;
    const rejected = reject(context, wire, { reason: 'unknown-device', path: '/device', expected }, payload);
    rejected.readable.record = toRecordEntry(source, wire, unknownDevice);
    // An end needs nobody to go; the begin raised its own dead letter before.
    if (wire.body.type === 'event' && !isAlarm(wire.body)) rejected.raises = false;
    return rejected;
  }
  const record = toRecordEntry(source, wire, device ?? unknownDevice);
  // A gap is of the sender's own stream, whichever device its last record was of.
  if (wire.body.type !== 'gap' && isOfOther(context, device)) record.saidByOther = true;
  const hasUnknownFields = source.lane === 'alarm' && !checkStrictAlarm(wire).ok;
  if (hasUnknownFields) Object.assign(record, readUnknownFields(wire as AlarmRecord));
  const from = wire.body.type === 'gap' ? wire.body.from : wire.sequence;
  // A gap covers more sequences than its own and outlives the telemetry around it; unknown fields are kept as read.
  const isPlain = message && !hasUnknownFields && wire.body.type !== 'gap';
  return {
    outcome: 'accepted',
    record,
    from,
    hasUnknownFields,
    ...(isPlain && { came: { message, wire } }),
  };
}

/** What a schema cannot say: the kind's lane, the quantity's unit, a gap's direction, a time's reality. */
function faultOf(wire: WireRecord): Fault | undefined {
  const body: Body = wire.body;
  if (Number.isNaN(fromTimestamp(wire.capturedAt))) {
    return { reason: 'invalid', path: '/capturedAt', expected: 'must be an instant' };
  }
  if (body.type === 'gap') {
    if (body.from <= wire.sequence) return undefined;
    return { reason: 'invalid', path: '/body/from', expected: `must be <= ${wire.sequence}` };
  }
  if (laneOf(body) !== wire.lane) {
    return { reason: 'wrong-lane', path: '/lane', expected: `must be ${laneOf(body)} for this body` };
  }
  // What a receiver without a fix gives, in the sea south of Ghana.
  if (body.type === 'position' && body.position.latitude === 0 && body.position.longitude === 0) {
    return { reason: 'invalid', path: '/body/position', expected: 'must be a fix, not 0, 0' };
  }
  if (body.type === 'reading' && body.unit !== quantities[body.quantity].unit) {
    return {
      reason: 'wrong-unit',
      path: '/body/unit',
      expected: `must be ${quantities[body.quantity].unit}`,
    };
  }
  return undefined;
}

function reject(
  context: ValidationContext,
  value: unknown,
  { reason, path, expected }: Fault,
  payload: Buffer = Buffer.from(JSON.stringify(value)),
): Rejected {
  const { source, findDevice } = context;
  const { epoch, sequence, address, kind, lane } = readLoosely(value);
  const device = address === undefined ? undefined : findDevice(source.community, address);
  return {
    outcome: 'rejected',
    lane: source.lane,
    deadLetter: {
      reason: lane !== undefined && lane !== source.lane ? 'wrong-lane' : reason,
      path,
      expected,
      community: source.community,
      gateway: source.gateway,
      lane: source.lane,
      ...(epoch !== undefined && sequence !== undefined && { epoch, sequence }),
      ...(address !== undefined && { address }),
      ...(kind !== undefined && { kind }),
      payload,
    },
    raises: mayBeAlarm(source.lane, { lane, kind }),
    readable: {
      ...(device !== undefined && { device }),
      ...(isOfOther(context, device) && { saidByOther: true as const }),
      ...(address !== undefined && { address }),
      ...(kind !== undefined && { kind }),
    },
  };
}
