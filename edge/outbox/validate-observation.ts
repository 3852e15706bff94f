import type { Mismatch } from '#contracts/validate.ts';
import type { Observation } from '../adapters/adapter.ts';
import { repairObservation } from './observation-repair.ts';
import {
  type Captured,
  type Prepared,
  type PreparedRecord,
  prepareRecord,
  readLane,
} from './record-content.ts';

/** What comes of an observation: a record to store, or nothing of one that is telemetry and cannot be read. */
export type ValidatedObservation =
  | { record: PreparedRecord; as: 'given' }
  /** Without the fields that the wire does not allow, or as an `unreadable-alarm`. */
  | { record: PreparedRecord; as: 'repaired' | 'unreadable'; fault: Mismatch }
  | { as: 'dropped'; fault: Mismatch };

/** Most fields shed one by one; beyond it only what an event must have is kept. */
const maxRepairs = 16;

/**
 * Makes a record of an observation, so that one bad value costs itself alone. An event sheds the fields that are out
 * of range; what still is no record becomes an `unreadable-alarm` of its device, of the gateway where its device
 * cannot be read either. Only telemetry is dropped.
 */
export function validateObservation(
  observation: Observation,
  captured: Captured,
  gateway: string,
): ValidatedObservation {
  const given = prepareRecord(observation, captured);
  if (given.ok) return { record: given.record, as: 'given' };
  const lane = readLane(observation.body);
  const isEvent = lane === 'alarm' || observation.body?.type === 'event';
  const repaired = isEvent ? repair(observation, given, captured) : undefined;
  if (repaired) return { record: repaired, as: 'repaired', fault: given };
  if (lane === 'telemetry') return { as: 'dropped', fault: given };
  return { record: unreadable(observation, given, { captured, gateway }), as: 'unreadable', fault: given };
}

type Fault = Extract<Prepared, { ok: false }>;

function repair(observation: Observation, first: Fault, captured: Captured): PreparedRecord | undefined {
  let current = observation;
  let fault = first;
  for (let shed = 0; shed <= maxRepairs; shed++) {
    const next: Observation | undefined = repairObservation(current, shed < maxRepairs ? fault : undefined);
    if (!next) return undefined;
    const prepared = prepareRecord(next, captured);
    if (prepared.ok) return prepared.record;
    [current, fault] = [next, prepared];
  }
  return undefined;
}

function unreadable(
  { device, body, ...said }: Observation,
  { path, expected }: Mismatch,
  { captured, gateway }: { captured: Captured; gateway: string },
): PreparedRecord {
  const text = textOf(body);
  const reason = `${path} ${expected}`.slice(0, 200);
  const raw = Buffer.from(text).subarray(0, 512).toString('hex');
  const event = { type: 'event', kind: 'unreadable-alarm', unreadable: { reason, raw } } as const;
  // The gateway's own address is always one, so the last of them is always a record.
  const attempts: Observation[] = [
    {
      device,
      ...(said.origin && { origin: said.origin }),
      ...(said.near && { near: said.near }),
      ...(said.historical && { historical: true }),
      body: event,
    },
    { device, body: event },
    { device: `gateway:${gateway}`, body: event },
  ];
  for (const attempt of attempts) {
    const prepared = prepareRecord(attempt, captured);
    if (prepared.ok) return prepared.record;
  }
  throw new Error(`no record can be made of gateway ${gateway}'s observations`);
}

function textOf(body: unknown): string {
  try {
    return JSON.stringify(body) ?? String(body);
  } catch (error) {
    return String(error);
  }
}
