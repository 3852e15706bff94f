import { createHash } from 'node:crypto';
import { schemaVersion } from '#contracts/gateway-messages.ts';
import { identityOf, type RecordEntry } from '#contracts/journal-entry.ts';
import { toTimestamp } from '#contracts/time.ts';
import { SenderMemory } from '../journal/sender-memory.ts';
import type { Judgement, Rejected } from './judgement.ts';
import { unprocessable } from './unprocessable.ts';

/** A record whose commit fails so many times, by no fault of the disk, is set aside. */
export const failuresBeforeSetAside = 3;

/** Most records whose failures are remembered; beyond it one of the sender with the most begins anew. */
const maxRemembered = 1000;

/**
 * Counts the failures of records that are sent again and again.
 *
 * @returns At the third of a record its dead letter; undefined while it may be tried again.
 */
export function createFailedCommits(): (judgement: Judgement, error: unknown) => Rejected | undefined {
  const failures = new SenderMemory<number>(maxRemembered);
  return (judgement, error) => {
    const { community, gateway } = judgement.outcome === 'accepted' ? judgement.record : judgement.letter;
    const sender = `${community}/${gateway}`;
    const key = keyOf(judgement);
    const failed = (failures.get(sender, key) ?? 0) + 1;
    failures.delete(sender, key);
    if (failed >= failuresBeforeSetAside) return letterOf(judgement, error);
    failures.set(sender, key, failed);
    return undefined;
  };
}

function keyOf(judgement: Judgement): string {
  if (judgement.outcome === 'accepted') return identityOf(judgement.record);
  const { community, gateway, lane, epoch, sequence, payload } = judgement.letter;
  if (epoch !== undefined && sequence !== undefined && (lane === 'alarm' || lane === 'telemetry')) {
    return identityOf({ community, gateway, lane, epoch, sequence });
  }
  return `${community}/${gateway}/${createHash('sha256').update(payload).digest('hex')}`;
}

function letterOf(judgement: Judgement, error: unknown): Rejected {
  if (judgement.outcome === 'rejected') {
    // The record it would have been is what may not be kept.
    const { record: _record, ...readable } = judgement.readable;
    return { ...judgement, readable, error };
  }
  const { record } = judgement;
  const value = wireRecordOf(record);
  const message = record.lane === 'alarm' ? { schemaVersion, record: value } : value;
  return unprocessable(record, Buffer.from(JSON.stringify(message)), { value, error });
}

/** The record as it came, so that its letter can be replayed. */
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
