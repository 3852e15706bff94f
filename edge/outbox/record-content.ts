import type { Lane } from '#contracts/event-kinds.ts';
import { type Clock, laneOf, maxRecordBytes, StrictAlarmRecord, TelemetryRecord } from '#contracts/record.ts';
import { toTimestamp } from '#contracts/time.ts';
import { createValidator } from '#contracts/validate.ts';
import type { Observation, Origin } from '../adapters/adapter.ts';
import { EdgeError } from '../errors.ts';

/** A record as it goes to disk: all of it but what the lane gives it, its epoch, sequence and `heldMs`. */
export interface PreparedRecord {
  lane: Lane;
  device: string;
  origin?: Origin;
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
    ...(observation.ends !== undefined && { ends: observation.ends }),
    capturedAt: captured.at,
    capturedMonotonic: captured.monotonic,
    synchronized: captured.clock.state === 'synchronized',
    content,
  };
}

/** Origin as it stands on the wire. */
function originText({ key, near }: Origin): string {
  return near ? `${key}@${toTimestamp(near.at)}` : key;
}

// A device's clock may say anything; an alarm is not refused for it.
function usable(origin: Origin | undefined): Origin | undefined {
  return origin?.near && !isTime(origin.near.at) ? undefined : origin;
}

const latestTime = Date.UTC(9999, 11, 31);

function isTime(epochMs: number | undefined): epochMs is number {
  return epochMs !== undefined && Number.isInteger(epochMs) && epochMs >= 0 && epochMs <= latestTime;
}
