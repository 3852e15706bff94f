import { unknownDevice } from '#contracts/facts/identifiers.ts';
import type { Held } from '#contracts/gateway-messages.ts';
import type { RecordEntry } from '#contracts/journal-entry.ts';
import type { DeviceEvent } from '#contracts/record-body.ts';
import type { Rejected } from './validation-result.ts';

/** Address of what the platform itself says. */
export const platformAddress = 'platform:ingest';
const rawBytes = 512;
const reasonLength = 200;

/**
 * The record that makes a rejected alarm red: an `unreadable-alarm` of its device, or of `unknown`.
 *
 * It has the rejected record's own identity; where that is unreadable, the payload's hash
 * as epoch and the time as sequence, since one payload is raised at most once in 24 h.
 *
 * @param hash SHA-256 of the payload in hexadecimal digits.
 */
export function unreadableAlarm(
  { lane, deadLetter, readable }: Rejected,
  hash: string,
  receivedAt: number,
): RecordEntry {
  const said = [readable.kind, readable.address].filter(Boolean).join(' ');
  const reason = `${deadLetter.reason} at ${deadLetter.path}: ${deadLetter.expected}${said && `; says ${said}`}`;
  const event = readable.record?.body.type === 'event' ? readable.record.body : undefined;
  return {
    ...(readable.record ?? {
      class: 'record',
      capturedAt: receivedAt,
      heldMs: 0,
      clock: { state: 'synchronized' },
      late: false,
    }),
    community: deadLetter.community,
    gateway: deadLetter.gateway,
    epoch: deadLetter.epoch ?? hash.slice(0, 32),
    lane,
    sequence: deadLetter.sequence ?? receivedAt,
    device: readable.device ?? unknownDevice,
    ...(readable.saidByOther && { saidByOther: true }),
    address: readable.address ?? platformAddress,
    body: {
      type: 'event',
      kind: 'unreadable-alarm',
      ...(event?.text !== undefined && { text: event.text }),
      // What the gateway could not read it says better than its envelope does.
      unreadable: saidUnreadable(event) ?? {
        reason: reason.slice(0, reasonLength),
        raw: deadLetter.payload.subarray(0, rawBytes).toString('hex'),
      },
    },
  };
}

function saidUnreadable(event: DeviceEvent | undefined): DeviceEvent['unreadable'] {
  return event?.kind === 'unreadable-alarm' ? event.unreadable : undefined;
}

/** The platform's own gap: records the gateway has let go of and this platform's data does not hold. */
export function restoredGap(
  source: { community: string; gateway: string },
  { epoch, lane }: Held,
  from: number,
  to: number,
  receivedAt: number,
): RecordEntry {
  return {
    class: 'record',
    ...source,
    epoch,
    lane,
    sequence: to,
    device: unknownDevice,
    address: platformAddress,
    capturedAt: receivedAt,
    heldMs: 0,
    clock: { state: 'synchronized' },
    late: false,
    body: { type: 'gap', from, reason: 'restored' },
  };
}
