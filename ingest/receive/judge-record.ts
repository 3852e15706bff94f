import type { DeadLetterReason } from '#contracts/dead-letter.ts';
import { isAlarm } from '#contracts/facts/event-kinds.ts';
import { unknownDevice } from '#contracts/facts/identifiers.ts';
import { quantities } from '#contracts/facts/quantities.ts';
import { AlarmMessage, TelemetryFrame } from '#contracts/gateway-messages.ts';
import type { RecordEntry } from '#contracts/journal-entry.ts';
import {
  type AlarmRecord,
  isLate,
  laneOf,
  StrictAlarmRecord,
  TelemetryRecord,
  type WireRecord,
} from '#contracts/record.ts';
import type { Body } from '#contracts/record-body.ts';
import { fromTimestamp } from '#contracts/time.ts';
import { createValidator, type Mismatch } from '#contracts/validate.ts';
import type { Judgement, Rejected, Source } from './judgement.ts';
import { limitsOf, parsePayload } from './parse-payload.ts';
import { mayBeAlarm, readLoosely } from './read-rejected.ts';
import { readUnknownFields } from './unknown-fields.ts';
import { unprocessable } from './unprocessable.ts';

/** Answers with the device id of an address in a community. */
export type FindDevice = (community: string, address: string) => string | undefined;

const checkAlarmMessage = createValidator(AlarmMessage);
const checkStrictAlarm = createValidator(StrictAlarmRecord);
const checkTelemetryFrame = createValidator(TelemetryFrame);
const checkTelemetryRecord = createValidator(TelemetryRecord);

/** What judging needs besides the message. */
export interface JudgeContext {
  source: Source;
  findDevice: FindDevice;
  /** The gateway that the registry gives a device of a community; without it every device is the sender's own. */
  gatewayOf?: GatewayOf | undefined;
}

/** Answers with the gateway of a device, by community and id. */
export type GatewayOf = (community: string, device: string) => string | undefined;

/** True for a device that the registry gives to another gateway than the sender. */
function isOfOther({ source, gatewayOf }: JudgeContext, device: string | undefined): boolean {
  if (device === undefined || !gatewayOf) return false;
  const own = gatewayOf(source.community, device);
  return own !== undefined && own !== source.gateway;
}

type Fault = Mismatch & { reason: DeadLetterReason };

/** Judges an alarm message: exactly one record, or the whole message set aside. */
export function judgeAlarm(context: JudgeContext, payload: Buffer): Judgement {
  const parsed = parsePayload(payload, limitsOf('alarm'));
  if (!parsed.ok) return reject(context, undefined, { ...parsed, path: '/' }, payload);
  const { value } = parsed;
  const checked = checkAlarmMessage(value);
  if (!checked.ok) {
    const record = typeof value === 'object' && value !== null ? Reflect.get(value, 'record') : undefined;
    return reject(context, record, { reason: 'invalid', ...checked }, payload);
  }
  return judgeChecked(context, checked.value.record, payload);
}

/** Judges a telemetry message record by record; an unreadable frame is set aside as one. */
export function judgeTelemetry(context: JudgeContext, payload: Buffer): Judgement[] {
  const parsed = parsePayload(payload, limitsOf('telemetry'));
  if (!parsed.ok) return [reject(context, undefined, { ...parsed, path: '/' }, payload)];
  const frame = checkTelemetryFrame(parsed.value);
  // No sequence is read from a foreign frame: the gateway keeps its records until it is understood.
  if (!frame.ok) return [reject(context, undefined, { reason: 'invalid', ...frame }, payload)];
  return frame.value.records.map((value) => {
    try {
      return judgeTelemetryRecord(context, value);
    } catch (error) {
      return unprocessable(context.source, Buffer.from(JSON.stringify(value)), { value, error });
    }
  });
}

/** Judges one record of the telemetry lane, told apart from its message. */
export function judgeTelemetryRecord(context: JudgeContext, value: unknown): Judgement {
  const checked = checkTelemetryRecord(value);
  if (checked.ok) return judgeChecked(context, checked.value);
  return reject(context, value, { reason: 'invalid', ...checked });
}

function judgeChecked(context: JudgeContext, wire: WireRecord, payload?: Buffer): Judgement {
  const { source, findDevice } = context;
  const fault = faultOf(wire);
  if (fault) return reject(context, wire, fault, payload);
  const device = findDevice(source.community, wire.device);
  // What a gap lost is told whether or not its last device is still known.
  if (device === undefined && wire.body.type !== 'gap') {
    const expected = `must be registered in ${source.community}: ${wire.device}`;
    const rejected = reject(context, wire, { reason: 'unknown-device', path: '/device', expected }, payload);
    rejected.readable.record = entryOf(source, wire, unknownDevice);
    // That it is over asks nobody to go; that it began was told by the letter before.
    if (wire.body.type === 'event' && !isAlarm(wire.body)) rejected.raises = false;
    return rejected;
  }
  const record = entryOf(source, wire, device ?? unknownDevice);
  // A gap is of the sender's own stream, whichever device its last record was of.
  if (wire.body.type !== 'gap' && isOfOther(context, device)) record.saidByOther = true;
  const hasUnknownFields = source.lane === 'alarm' && !checkStrictAlarm(wire).ok;
  if (hasUnknownFields) Object.assign(record, readUnknownFields(wire as AlarmRecord));
  const from = wire.body.type === 'gap' ? wire.body.from : wire.sequence;
  return { outcome: 'accepted', record, from, hasUnknownFields };
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

function entryOf(source: Source, wire: WireRecord, device: string): RecordEntry {
  const entry: RecordEntry = {
    class: 'record',
    community: source.community,
    gateway: source.gateway,
    epoch: wire.epoch,
    lane: wire.lane,
    sequence: wire.sequence,
    device,
    address: wire.device,
    capturedAt: fromTimestamp(wire.capturedAt),
    clock: wire.clock,
    late: isLate(wire),
    body: wire.body,
  };
  if (wire.origin !== undefined) entry.origin = wire.origin;
  if (wire.heldMs !== undefined) entry.heldMs = wire.heldMs;
  if (wire.historical) entry.historical = true;
  if (wire.possibleRepeat) entry.possibleRepeat = true;
  if (wire.observedAt !== undefined) {
    const observedAt = fromTimestamp(wire.observedAt);
    if (!Number.isNaN(observedAt)) entry.observedAt = observedAt;
  }
  return entry;
}

function reject(
  context: JudgeContext,
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
    letter: {
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
