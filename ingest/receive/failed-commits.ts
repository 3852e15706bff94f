import { createHash } from 'node:crypto';
import { schemaVersion } from '#contracts/gateway-messages.ts';
import { identityOf, type RecordEntry } from '#contracts/journal-entry.ts';
import { toTimestamp } from '#contracts/time.ts';
import { SenderMemory } from '../journal/sender-memory.ts';
import { unprocessable } from './unprocessable.ts';
import type { Rejected, ValidationResult } from './validation-result.ts';

/** A record whose commit fails so many times, by no fault of the disk, becomes a dead letter. */
export const maxFailures = 3;

/** Most records whose failures are remembered; beyond it one of the sender with the most begins anew. */
const maxRemembered = 1000;

/**
 * Counts the failures of records that are sent again and again.
 *
 * @returns At the third of a record its dead letter; undefined while it may be tried again.
 */
export function createFailedCommits(): (
  validation: ValidationResult,
  error: unknown,
) => Rejected | undefined {
  const failures = new SenderMemory<number>(maxRemembered);
  return (validation, error) => {
    const { community, gateway } =
      validation.outcome === 'accepted' ? validation.record : validation.deadLetter;
    const sender = `${community}/${gateway}`;
    const key = keyOf(validation);
    const failed = (failures.get(sender, key) ?? 0) + 1;
    failures.delete(sender, key);
    if (failed >= maxFailures) return deadLetterOf(validation, error);
    failures.set(sender, key, failed);
    return undefined;
  };
}

function keyOf(validation: ValidationResult): string {
  if (validation.outcome === 'accepted') return identityOf(validation.record);
  const { community, gateway, lane, epoch, sequence, payload } = validation.deadLetter;
  if (epoch !== undefined && sequence !== undefined && (lane === 'alarm' || lane === 'telemetry')) {
    return identityOf({ community, gateway, lane, epoch, sequence });
  }
  return `${community}/${gateway}/${createHash('sha256').update(payload).digest('hex')}`;
}

function deadLetterOf(validation: ValidationResult, error: unknown): Rejected {
  if (validation.outcome === 'rejected') {
    // The record it would have been is what may not be kept.
    const { record: _record, ...readable } = validation.readable;
    return { ...validation, readable, error };
  }
  const { record } = validation;
  const value = wireRecordOf(record);
  const message = record.lane === 'alarm' ? { schemaVersion, record: value } : value;
  return unprocessable(record, Buffer.from(JSON.stringify(message)), { value, error });
}

/** The record as it came, so that its dead letter can be replayed. */
function wireRecordOf(record: RecordEntry): object {
  const { epoch, lane, sequence, address, origin, capturedAt, heldMs, historical, clock, body, extra } =
    record;
  return {
    ...extra,
    ...{ epoch, lane, sequence, device: address, origin, heldMs, historical, clock, body },
    ...(record.possibleRepeat && { possibleRepeat: true }),
    ...(record.observedAt !== undefined && { observedAt: toTimestamp(record.observedAt) }),
    capturedAt: toTimestamp(capturedAt),
  };
}
