import type { DeviceEvent } from '#contracts/record-body.ts';
import type { Observation } from '../adapter.ts';
import { type AlarmProfile, alarmBits, statusHex } from './alarm-profile.ts';
import type { LocationRecord } from './location-record.ts';

/** Repeats of one press carry its time; two presses closer than this are one event, ms. */
export const sameAlarmMs = 60_000;
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
}

/** One event for every alarm bit that is set; an alarm frame always gives at least one. */
export function alarmObservations(record: LocationRecord, context: AlarmContext): Observation[] {
  const { status } = record;
  if (status === undefined) return [unreadableAlarm('its STATUS was not found', record, context)];
  const bits = alarmBits(status);
  if (bits.length === 0) {
    return [
      alarm('generic', { type: 'event', kind: 'generic-alarm', code: statusHex(status) }, record, context),
    ];
  }
  return bits.map((bit) => {
    const code = statusHex(1 << bit);
    const kind = context.profile[bit] ?? 'generic-alarm';
    return alarm(code, { type: 'event', kind, code }, record, context);
  });
}

/** The event for an alarm of which nothing but its arrival is certain. */
export function unreadableAlarm(
  reason: string,
  record: LocationRecord,
  context: Omit<AlarmContext, 'profile'>,
): Observation {
  const raw = context.bytes.subarray(0, maxRawBytes).toString('hex');
  return alarm(
    'unreadable',
    { type: 'event', kind: 'unreadable-alarm', unreadable: { reason, raw } },
    record,
    context,
  );
}

function alarm(
  key: string,
  event: DeviceEvent,
  { observedAt, position }: LocationRecord,
  { device, now }: Pick<AlarmContext, 'device' | 'now'>,
): Observation {
  return {
    device,
    // A watch repeats its alarm with the same time until it is answered. Where its clock stands still or
    // is far off, that time would make tonight's SOS a repeat of this morning's: then ours decides.
    near: { key, at: trustedTime(observedAt, now), withinMs: sameAlarmMs },
    ...(observedAt !== undefined && { observedAt }),
    body: { ...event, ...(position && { position }) },
  };
}

function trustedTime(observedAt: number | undefined, now: number): number {
  return observedAt !== undefined && Math.abs(observedAt - now) <= trustedClockMs ? observedAt : now;
}
