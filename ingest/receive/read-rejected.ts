import { EventKind, factsOf, type Lane } from '#contracts/facts/event-kinds.ts';
import { DeviceAddress, Epoch } from '#contracts/facts/identifiers.ts';
import { createValidator } from '#contracts/validate.ts';
import type { Readable } from './validation-result.ts';

const isEpoch = createValidator(Epoch);
const isAddress = createValidator(DeviceAddress);
const isKind = createValidator(EventKind);

/** What can be read of a record that does not fit its schema; every part is absent where unreadable. */
export interface LooselyRead extends Readable {
  epoch?: string;
  sequence?: number;
  lane?: Lane;
}

/** Reads what it can of any JSON value as a record. */
export function readLoosely(value: unknown): LooselyRead {
  const { epoch, sequence, device, lane, body } = fieldsOf(value);
  const { kind } = fieldsOf(body);
  const read: LooselyRead = {};
  if (isEpoch(epoch).ok) read.epoch = epoch as string;
  if (Number.isSafeInteger(sequence) && (sequence as number) >= 1) read.sequence = sequence as number;
  if (isAddress(device).ok) read.address = device as string;
  if (lane === 'alarm' || lane === 'telemetry') read.lane = lane;
  const checked = isKind(kind);
  if (checked.ok) read.kind = checked.value;
  return read;
}

/** True where a record read loosely is or may be an alarm, whichever lane it came by. */
export function mayBeAlarm(lane: Lane, read: Pick<LooselyRead, 'lane' | 'kind'>): boolean {
  if (lane === 'alarm' || read.lane === 'alarm') return true;
  return read.kind !== undefined && factsOf(read.kind).lane === 'alarm';
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
