import { createHash } from 'node:crypto';
import { eventKinds, type Lane } from '#contracts/facts/event-kinds.ts';
import { type Clock, laneOf, maxRecordBytes, StrictAlarmRecord, TelemetryRecord } from '#contracts/record.ts';
import { toTimestamp } from '#contracts/time.ts';
import { createValidator, type Mismatch } from '#contracts/validate.ts';
import type { Near, Observation, Origin } from '../adapters/adapter.ts';
import type { CapturedContent } from './stored-record.ts';

/** A validated record before its commit, with what tells it from a repeat. */
export interface PreparedRecord extends CapturedContent {
  lane: Lane;
  device: string;
  origin?: Origin;
  near?: Near;
  ends?: string;
}

/** When an observation came, on the gateway's clock. */
export interface Captured {
  at: number;
  monotonic: number;
  clock: Clock;
}

const validators = {
  alarm: createValidator(StrictAlarmRecord),
  telemetry: createValidator(TelemetryRecord),
};

// What the lane adds when the record is sent, at its longest.
const longestEnvelope = {
  epoch: 'f'.repeat(32),
  lane: 'telemetry',
  sequence: Number.MAX_SAFE_INTEGER,
  heldMs: Number.MAX_SAFE_INTEGER,
  possibleRepeat: true,
};
const envelopeBytes = JSON.stringify(longestEnvelope).length;

/** An observation as a record, or where it differs from what the wire allows; `isTooLarge` is its size alone. */
export type Prepared = { ok: true; record: PreparedRecord } | ({ ok: false; isTooLarge?: true } & Mismatch);

/**
 * Turns an observation into a record and checks it against the contract, so that nothing is stored which
 * the platform would refuse. Never throws.
 */
export function prepareRecord(observation: Observation, captured: Captured): Prepared {
  try {
    return prepare(observation, captured);
  } catch (error) {
    return { ok: false, path: '/', expected: `must be a record: ${error}`.slice(0, 200) };
  }
}

function prepare(observation: Observation, captured: Captured): Prepared {
  const { device, body } = observation;
  const lane = readLane(body);
  if (!lane) return { ok: false, path: '/body/kind', expected: 'must be a known type and kind' };
  const origin = usable(observation.origin);
  const near = origin ? undefined : usable(observation.near);
  const record = {
    device,
    ...(origin && { origin: originText(origin) }),
    ...(isTime(observation.observedAt) && { observedAt: toTimestamp(observation.observedAt) }),
    capturedAt: toTimestamp(captured.at),
    ...(observation.historical && { historical: true }),
    clock: captured.clock,
    body,
  };
  const checked = validators[lane]({ epoch: longestEnvelope.epoch, lane, sequence: 1, ...record });
  if (!checked.ok) return checked;
  const content = JSON.stringify(record);
  const bytes = Buffer.byteLength(content) + envelopeBytes;
  if (bytes > maxRecordBytes) {
    const expected = `must fit ${maxRecordBytes} bytes, not accept ${bytes}`;
    return { ok: false, isTooLarge: true, path: '/', expected };
  }
  return {
    ok: true,
    record: {
      lane,
      device,
      ...(origin && { origin }),
      ...(near && { near }),
      ...(observation.ends !== undefined && { ends: shortKey(observation.ends) }),
      capturedAt: captured.at,
      capturedMonotonic: Math.round(captured.monotonic),
      synchronized: captured.clock.state === 'synchronized' ? 1 : 0,
      content,
    },
  };
}

/** The same record, marked: only time tells it from one before it. */
export function markPossibleRepeat(record: PreparedRecord): PreparedRecord {
  return { ...record, content: withPossibleRepeat(record.content) };
}

/** A record's JSON with the mark of a possible repeat. */
export function withPossibleRepeat(content: string): string {
  return JSON.stringify({ ...JSON.parse(content), possibleRepeat: true });
}

/** True for content that can be sent, as read back from a file that may be damaged. */
export function isReadableContent(content: string): boolean {
  try {
    const record: unknown = JSON.parse(content);
    return typeof record === 'object' && record !== null && 'device' in record && 'body' in record;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

/** The lane of anything that should be a body; undefined for what has no known type or kind. */
export function readLane(body: unknown): Lane | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  const { type, kind } = body as Record<string, unknown>;
  if (type === 'event' && !(typeof kind === 'string' && Object.hasOwn(eventKinds, kind))) return undefined;
  if (!bodyTypes.has(type)) return undefined;
  return laneOf(body as Observation['body']);
}

const bodyTypes = new Set<unknown>([
  'event',
  'reading',
  'position',
  'waveform',
  'keep-alive',
  'command-result',
] satisfies Observation['body']['type'][]);

/** Origin as it stands on the wire. */
function originText({ key, at }: Origin): string {
  return at === undefined ? key : `${key}@${toTimestamp(at)}`;
}

// A device's clock may say anything, and so may its serial number; an alarm is not refused for them.
function usable<T extends Origin | Near>(identity: T | undefined): T | undefined {
  if (!identity || typeof identity.key !== 'string' || identity.key === '') return undefined;
  if (identity.at !== undefined && !isTime(identity.at)) return undefined;
  return { ...identity, key: shortKey(identity.key) };
}

/** Longest key of an identity; a longer one is known by its digest. */
const maxKeyLength = 96;

function shortKey(key: string): string {
  return key.length <= maxKeyLength ? key : createHash('sha256').update(key).digest('hex');
}

const latestTime = Date.UTC(9999, 11, 31);

function isTime(epochMs: number | undefined): epochMs is number {
  return epochMs !== undefined && Number.isInteger(epochMs) && epochMs >= 0 && epochMs <= latestTime;
}
