import { createHash } from 'node:crypto';
import type { DeviceEvent } from '#contracts/record-body.ts';
import type { Near, Observation } from '../adapter.ts';
import {
  type AlarmProfile,
  firstAlarmBit,
  lowBatteryPercent,
  setBits,
  stateBits,
  statusHex,
} from './alarm-profile.ts';
import type { LocationRecord, WatchStatus } from './location-record.ts';
import type { WatchPlace } from './watch-place.ts';

/** Two frames of the same bytes closer than this may be one alarm, sent again, ms. */
export const sameBytesMs = 60_000;
/** A watch's clock farther than this from the gateway's does not tell presses apart, ms. */
export const trustedClockMs = 600_000;
/** Most bytes of an unreadable alarm that are kept. */
const maxRawBytes = 512;

/** The alarm being read. */
export interface AlarmContext {
  device: string;
  /** Gateway time, epoch ms. */
  now: number;
  profile: AlarmProfile;
  /** The whole frame, kept where it cannot be read. */
  bytes: Buffer;
  /** The frame was cut short. */
  isCut?: boolean;
  /** Where the watch is, or last was. */
  place?: WatchPlace;
}

/** An alarm frame always gives at least one event: one for every alarm bit, or what its states say, or a generic one. */
export function alarmObservations(record: LocationRecord, context: AlarmContext): Observation[] {
  const { status } = record;
  if (!status) return [alarmWithoutStatus(record, context)];
  const alarms = alarmBits(status).map((bit) => alarmOf(bit, context.profile));
  const events = alarms.length > 0 ? alarms : deviceStates(status, record);
  if (events.length > 0) return observeAll(events, record, context);
  const code = statusHex(status.bits).slice(-status.digits);
  const event: DeviceEvent = { type: 'event', kind: 'generic-alarm', code };
  return [observe(event, identityOf(`generic ${code}`, record, context), record, context)];
}

/**
 * Alarm bits in a record that is no alarm frame: some watches tell an SOS in no other way. They stand for as long as
 * the watch likes, so only what the record before it did not say is told; a bit without a name tells nothing here.
 *
 * @param previousStatus STATUS bits of the record before.
 */
export function alarmsOfLocation(
  record: LocationRecord,
  context: AlarmContext,
  previousStatus: number,
): Observation[] {
  const { status } = record;
  if (status?.digits !== 8) return [];
  const begun = alarmBits(status).filter((bit) => !setBits(previousStatus).includes(bit));
  const named = begun.filter((bit) => context.profile[bit] !== undefined);
  return observeAll(
    named.map((bit) => alarmOf(bit, context.profile)),
    record,
    context,
  );
}

/** The event for an alarm of which nothing but its arrival is certain: each is accepted, whatever came before it. */
export function unreadableAlarm(
  reason: string,
  context: Omit<AlarmContext, 'profile'>,
  record: LocationRecord = {},
): Observation {
  const event: DeviceEvent = {
    type: 'event',
    kind: 'unreadable-alarm',
    unreadable: unreadable(reason, context),
  };
  return observe(event, { near: nearOf('unreadable', context) }, record, context);
}

function alarmWithoutStatus(record: LocationRecord, context: AlarmContext): Observation {
  if (context.isCut) return unreadableAlarm('its STATUS was not found', context, record);
  const event: DeviceEvent = {
    type: 'event',
    kind: 'generic-alarm',
    unreadable: unreadable('it has no STATUS', context),
  };
  return observe(event, { near: nearOf('no status', context) }, record, context);
}

type CodedEvent = DeviceEvent & { code: string };

function alarmBits({ bits }: WatchStatus): number[] {
  return setBits(bits).filter((bit) => bit >= firstAlarmBit);
}

function alarmOf(bit: number, profile: AlarmProfile): CodedEvent {
  return { type: 'event', kind: profile[bit] ?? 'generic-alarm', code: statusHex(1 << bit) };
}

function observeAll(events: CodedEvent[], record: LocationRecord, context: AlarmContext): Observation[] {
  return events.map((event) => observe(event, identityOf(event.code, record, context), record, context));
}

/**
 * What an alarm frame without an alarm bit says of the device itself; empty where its bits leave any doubt, since
 * somebody may have pressed the button of a watch that numbers its bits otherwise.
 */
function deviceStates({ bits, digits }: WatchStatus, { batteryPercent }: LocationRecord) {
  const isLow = (batteryPercent ?? 100) <= lowBatteryPercent;
  const states: CodedEvent[] = [];
  for (const bit of setBits(bits)) {
    const code = statusHex(1 << bit);
    if (bit === stateBits.lowBattery && isLow) states.push({ type: 'event', kind: 'low-battery', code });
    else if (bit === stateBits.powerCut && digits === 8) {
      states.push({ type: 'event', kind: 'power-fault', active: true, code });
    } else if (!(stateBits.beside as readonly number[]).includes(bit)) return [];
  }
  return states;
}

/**
 * A watch repeats its alarm with the same time until it is answered. Where its clock stands still or is far off, that
 * time would make tonight's SOS a repeat of this morning's: then nothing is one, and equal bytes are marked.
 */
function identityOf(key: string, { observedAt }: LocationRecord, context: AlarmContext): Identity {
  return isTrusted(observedAt, context.now)
    ? { origin: { key, at: observedAt } }
    : { near: nearOf(key, context) };
}

type Identity = Pick<Observation, 'origin' | 'near'>;

function observe(
  event: DeviceEvent,
  identity: Identity,
  { observedAt }: LocationRecord,
  { device, place }: Pick<AlarmContext, 'device' | 'place'>,
): Observation {
  return {
    device,
    ...identity,
    ...(observedAt !== undefined && { observedAt }),
    body: { ...event, ...place },
  };
}

/** True where a watch's clock is close enough to the gateway's to tell its presses apart. */
export function isTrusted(observedAt: number | undefined, now: number): observedAt is number {
  return observedAt !== undefined && Math.abs(observedAt - now) <= trustedClockMs;
}

/** Marks an equal frame within a minute as a possible repeat. */
export function nearOf(key: string, { bytes, now }: Pick<AlarmContext, 'bytes' | 'now'>): Near {
  return { key: `${key} ${digestOf(bytes)}`, at: now, withinMs: sameBytesMs };
}

/** 32 hexadecimal digits that stand for bytes or text. */
export function digestOf(content: Buffer | string): string {
  return createHash('sha256').update(content).digest('hex').slice(0, 32);
}

function unreadable(reason: string, { bytes }: Pick<AlarmContext, 'bytes'>): DeviceEvent['unreadable'] {
  return { reason, raw: bytes.subarray(0, maxRawBytes).toString('hex') };
}
