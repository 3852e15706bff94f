import type { Replayed } from '#contracts/dead-letters.ts';
import type { RecordEntry } from '#contracts/journal-entry.ts';
import { lateAfterMs } from '#contracts/record.ts';
import type { OpenDeadLetter } from '../journal/dead-letters.ts';
import { commitBatch, inStreamTransaction, type JournalTables } from './commit-batch.ts';
import { limitsOf, parsePayload } from './parse-payload.ts';
import { type FindDevice, type GatewayOf, validateTelemetryRecord } from './validate-record.ts';
import { validateSafely } from './validate-safely.ts';
import type { Accepted, Source, ValidationResult } from './validation-result.ts';

/**
 * Validates a dead letter again by the road it came, and takes it in where it is good now; dead letter and journal change
 * in one transaction, so that however often it is asked, what it carried is journalled once.
 *
 * A dead letter whose record had a sequence is what covers that sequence in its stream: nothing else was accepted
 * under it, so the record is journalled although the stream counts it. A whole message that could not be
 * told apart covers nothing: its records are deduplicated like any others, as its gateway may have resent them.
 *
 * @throws the disk's error; the dead letter then waits as it did.
 */
export function replayDeadLetter(
  tables: JournalTables,
  deadLetter: OpenDeadLetter,
  { by, now, ...find }: { findDevice: FindDevice; gatewayOf?: GatewayOf; by: string; now: number },
): Replayed {
  if (deadLetter.lane !== 'alarm' && deadLetter.lane !== 'telemetry')
    return { outcome: 'not-a-record', journalled: 0 };
  if (!deadLetter.isWhole) return { outcome: 'cut', journalled: 0 };
  const { community, gateway, lane } = deadLetter;
  const validations = validateAgain({ community, gateway, lane }, deadLetter, find);
  const settle = (at: number) => tables.deadLetters.settle(deadLetter.id, { as: 'replayed', by }, at);
  const settling = { settle, waitedMs: now - deadLetter.firstSeenAt };
  const [first] = validations;
  if (validations.length <= 1 && first?.outcome !== 'accepted') {
    if (first) tables.journal.commit(() => tables.deadLetters.rejectAgain(deadLetter.id, first.deadLetter));
    const { reason, path, expected } = first?.deadLetter ?? deadLetter;
    return { outcome: 'rejected', journalled: 0, rejected: { reason, path, expected } };
  }
  if (deadLetter.sequence === undefined) return commitMessage(tables, validations, settling);
  return journalRecord(tables, deadLetter, { ...settling, accepted: first as Accepted });
}

function validateAgain(
  source: Source,
  { payload }: OpenDeadLetter,
  find: { findDevice: FindDevice; gatewayOf?: GatewayOf },
): ValidationResult[] {
  const parsed = source.lane === 'telemetry' ? parsePayload(payload, limitsOf('telemetry')) : undefined;
  // A dead letter of the telemetry lane is one record, where it could be separated from its message.
  if (parsed?.ok && !isMessage(parsed.value)) {
    return [validateTelemetryRecord({ source, ...find }, parsed.value)];
  }
  return validateSafely({ source, ...find }, payload);
}

const isMessage = (value: unknown) => typeof value !== 'object' || value === null || 'records' in value;

/** How a dead letter is settled, and how long it lay among the dead letters. */
interface Settling {
  settle: (at: number) => void;
  waitedMs: number;
}

function journalRecord(
  tables: JournalTables,
  deadLetter: OpenDeadLetter,
  { accepted: { from, record }, settle, waitedMs }: Settling & { accepted: Accepted },
): Replayed {
  const entry = agedBy(ownIdentity(record, deadLetter), waitedMs);
  return inStreamTransaction(tables, (append, receivedAt) => {
    // Of a gap the dead letter covers the last sequence alone.
    if (from < record.sequence) tables.streams.markReceived(record, from, record.sequence, receivedAt);
    append(entry);
    settle(receivedAt);
    return { outcome: 'journalled', journalled: 1, late: entry.late };
  });
}

function commitMessage(
  tables: JournalTables,
  validations: ValidationResult[],
  { settle, waitedMs }: Settling,
): Replayed {
  const aged = validations.map((validation) => {
    if (validation.outcome !== 'accepted') return validation;
    // Its bytes do not say how long it lay here.
    const { came: _came, ...accepted } = validation;
    return { ...accepted, record: agedBy(accepted.record, waitedMs) };
  });
  const batch = commitBatch(tables, aged, ({ full }, receivedAt) => {
    // What the stream had no room for would be lost with the dead letter: it waits, and the rest is a duplicate then.
    if (full === 0) settle(receivedAt);
  });
  const { journalled } = batch;
  if (journalled > 0) {
    const late = aged.some((validation) => validation.outcome === 'accepted' && validation.record.late);
    return { outcome: 'journalled', journalled, late };
  }
  const rejected = aged.find((validation) => validation.outcome === 'rejected');
  if (batch.deadLetters === 0 || rejected?.outcome !== 'rejected') {
    return { outcome: 'already-journalled', journalled };
  }
  const { reason, path, expected } = rejected.deadLetter;
  return { outcome: 'rejected', journalled, rejected: { reason, path, expected } };
}

/**
 * The record under an identity of its own: an `unreadable-alarm` already stands under the one it came with,
 * and a second event under it would be taken for the same alarm come twice. The payload's hash is as unique.
 */
function ownIdentity(record: RecordEntry, { wasRaised, hash }: OpenDeadLetter): RecordEntry {
  if (!wasRaised || record.body.type !== 'event') return record;
  return { ...record, epoch: hash.slice(0, 32) };
}

/**
 * The record as it is after it lay among the dead letters: that time counts like time in the outbox, so an
 * alarm of long ago is late and never now (DESIGN.md, promise 6). `capturedAt` and `heldMs` stay what the
 * gateway said. Where the clock went back meanwhile, its age is not known, which is late too.
 */
function agedBy(record: RecordEntry, waitedMs: number): RecordEntry {
  const isYoung = waitedMs >= 0 && (record.heldMs ?? Number.POSITIVE_INFINITY) + waitedMs <= lateAfterMs;
  return isYoung ? record : { ...record, late: true };
}
