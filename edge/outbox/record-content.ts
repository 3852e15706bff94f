import type { Lane } from '#contracts/event-kinds.ts';
import { type Clock, laneOf, maxRecordBytes, StrictAlarmRecord, TelemetryRecord } from '#contracts/record.ts';
import { toTimestamp } from '#contracts/time.ts';
import { createValidator } from '#contracts/validate.ts';
import type { Near, Observation, Origin } from '../adapters/adapter.ts';
import { EdgeError } from '../errors.ts';

/** A record as it goes to disk: all of it but what the lane gives it, its epoch, sequence and `heldMs`. */
export interface PreparedRecord {
  lane: Lane;
  device: string;
  origin?: Origin;
  near?: Near;
  ends?: string;
  capturedAt: number;
  capturedMonotonic: number;
  synchronized: boolean;
  /** JSON object of the record's own fields. */
  content: string;
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

/**
 * Turns an observation into a record and checks it against the contract, so that nothing is stored which
 * the platform would refuse.
 *
 * @throws {EdgeError} `OBSERVATION_INVALID`, a fault of the adapter; `OBSERVATION_TOO_LARGE`.
 */
export function prepareRecord(observation: Observation, captured: Captured): PreparedRecord {
  const { device, body } = observation;
  const lane = laneOf(body);
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
  if (!checked.ok) {
    throw new EdgeError(
      'OBSERVATION_INVALID',
      `observation of ${device}: ${checked.path} ${checked.expected}`,
    );
  }
  const content = JSON.stringify(record);
  const bytes = Buffer.byteLength(content) + envelopeBytes;
  if (bytes > maxRecordBytes) {
    throw new EdgeError(
      'OBSERVATION_TOO_LARGE',
      `observation of ${device} takes ${bytes} bytes as a record, at most ${maxRecordBytes} fit`,
    );
  }
  return {
    lane,
    device,
    ...(origin && { origin }),
    ...(near && { near }),
    ...(observation.ends !== undefined && { ends: observation.ends }),
    capturedAt: captured.at,
    capturedMonotonic: captured.monotonic,
    synchronized: captured.clock.state === 'synchronized',
    content,
  };
}

/** The same record, marked: only time tells it from one before it. */
export function markPossibleRepeat(record: PreparedRecord): PreparedRecord {
  return { ...record, content: JSON.stringify({ ...JSON.parse(record.content), possibleRepeat: true }) };
}

/** Origin as it stands on the wire. */
function originText({ key, at }: Origin): string {
  return at === undefined ? key : `${key}@${toTimestamp(at)}`;
}

// A device's clock may say anything; an alarm is not refused for it.
function usable<T extends Origin | Near>(identity: T | undefined): T | undefined {
  return identity?.at !== undefined && !isTime(identity.at) ? undefined : identity;
}

const latestTime = Date.UTC(9999, 11, 31);

function isTime(epochMs: number | undefined): epochMs is number {
  return epochMs !== undefined && Number.isInteger(epochMs) && epochMs >= 0 && epochMs <= latestTime;
}
