import type { Ack } from '#contracts/gateway-messages.ts';
import { messageOf } from '#contracts/journal-codec.ts';
import { withCapturedTime } from '#contracts/record-entry.ts';
import type { DeadLetters } from '../journal/dead-letters.ts';
import type { Append, Journal } from '../journal/journal.ts';
import type { SequenceTracker, StreamKey, TrackedStream } from '../journal/sequence-tracker.ts';
import { isReceived } from '../journal/stream.ts';
import { apartFromTwin } from './identity-conflict.ts';
import { platformAddress, unreadableAlarm } from './platform-record.ts';
import type { Accepted, Message, Rejected, ValidationResult } from './validation-result.ts';

/** What receiving writes to: journal, streams and dead letters of one file. */
export interface JournalTables {
  journal: Journal;
  streams: SequenceTracker;
  deadLetters: DeadLetters;
}

/** What one commit did. */
export interface BatchResult {
  /** False where everything was known already: then nothing was written. */
  committed: boolean;
  /** Streams to acknowledge, those that a duplicate touched too. */
  touched: Set<TrackedStream>;
  journalled: number;
  duplicates: number;
  deadLetters: number;
  raised: number;
  /** Left to be resent, for want of room above the acknowledged sequence. */
  full: number;
  /** Alarms under the identity of another alarm, kept under one of their own. */
  conflicts: number;
}

/**
 * Commits validated records in one durable transaction: deduplicates by stream, journals, keeps dead letters.
 *
 * @param alongside Writes in the same transaction.
 * @throws the disk's error; nothing is accepted then, and the gateways resend.
 */
export function commitBatch(
  { journal, streams, deadLetters }: JournalTables,
  validations: readonly ValidationResult[],
  alongside?: (batch: BatchResult, receivedAt: number) => void,
): BatchResult {
  const known = alongside ? undefined : streamsThatKnow(streams, validations);
  const batch: BatchResult = {
    committed: known === undefined,
    touched: known ?? new Set(),
    journalled: 0,
    duplicates: known ? validations.length : 0,
    deadLetters: 0,
    raised: 0,
    full: 0,
    conflicts: 0,
  };
  if (known) return batch;
  return inStreamTransaction({ journal, streams }, (append, receivedAt) => {
    const messages = createMessageAppender(append);
    const isNew = (validation: ValidationResult) => {
      const { key, from, to } = placeOf(validation);
      if (!key) return true;
      const receipt = streams.markReceived(key, from, to, receivedAt);
      const stream = streams.find(key);
      if (stream) batch.touched.add(stream);
      if (receipt === 'duplicate') batch.duplicates += 1;
      if (receipt === 'full') batch.full += 1;
      return receipt === 'new';
    };
    const accept = (given: Accepted) => {
      const accepted = fromAcknowledged(streams, apartFromTwin(streams, given));
      const isApart = accepted.record.saidEpoch !== undefined;
      if (isApart) {
        // The gateway waits for the acknowledgement of the identity that it knows.
        const stream = streams.find(given.record);
        if (stream) batch.touched.add(stream);
      }
      if (!isNew(accepted)) return;
      messages.add(accepted);
      streams.alarmDigests.remember(accepted.record);
      if (isApart) batch.conflicts += 1;
      batch.journalled += 1;
    };
    const keepDeadLetter = (rejected: Rejected) => {
      if (!isNew(rejected)) return;
      const { deadLetter, raises } = rejected;
      const { hash, due } = deadLetters.add(deadLetter, raises, receivedAt);
      batch.deadLetters += 1;
      if (!due) return;
      messages.end();
      append(unreadableAlarm(underItsName(deadLetters, rejected, receivedAt), hash, receivedAt));
      batch.raised += 1;
    };
    for (const validation of validations) {
      if (validation.outcome === 'accepted') accept(validation);
      else keepDeadLetter(validation);
    }
    messages.end();
    alongside?.(batch, receivedAt);
    return batch;
  });
}

/** Appends records: those of one message that follow one another as one entry, with its bytes. */
function createMessageAppender(append: Append): { add(accepted: Accepted): void; end(): void } {
  let message: Message | undefined;
  let pending: Accepted[] = [];
  const end = () => {
    const [first] = pending;
    if (!message || !first) return;
    const isWhole = pending.length === message.records;
    const records = pending.map(({ record }) => record);
    const payload = isWhole
      ? message.payload
      : messageOf(
          first.record.lane,
          pending.flatMap(({ came }) => (came ? [came.wire] : [])),
        );
    append({ class: 'message', records, payload });
    message = undefined;
    pending = [];
  };
  return {
    add: (accepted) => {
      if (accepted.came?.message !== message) end();
      if (!accepted.came) {
        append(accepted.record);
        return;
      }
      message = accepted.came.message;
      pending.push(accepted);
    },
    end,
  };
}

/** What calls for a device that nobody knows, under its address or, where its gateway names too many, under none. */
function underItsName({ callers }: DeadLetters, rejected: Rejected, at: number): Rejected {
  const { deadLetter, readable } = rejected;
  const { address, device } = readable;
  if (address === undefined || device !== undefined) return rejected;
  if (callers.mayName(deadLetter.community, deadLetter.gateway, address, at)) return rejected;
  const { address: _address, record, ...nameless } = readable;
  return {
    ...rejected,
    deadLetter: { ...deadLetter, expected: `${deadLetter.expected}; says ${address}` },
    readable: { ...nameless, ...(record && { record: { ...record, address: platformAddress } }) },
  };
}

/** A gateway whose file is damaged does not know what was acknowledged: a gap begins behind that. */
function fromAcknowledged(streams: SequenceTracker, accepted: Accepted): Accepted {
  const { record, from } = accepted;
  const { body } = record;
  if (body.type !== 'gap' || body.reason !== 'unreadable') return accepted;
  const acknowledged = streams.find(record)?.acknowledged ?? 0;
  if (acknowledged < from || acknowledged >= record.sequence) return accepted;
  return {
    ...accepted,
    from: acknowledged + 1,
    record: { ...record, body: { ...body, from: acknowledged + 1 } },
  };
}

/**
 * The streams in which all of these were accepted before; undefined where one was not. A gateway whose
 * acknowledgements are lost sends everything again and again, and must not cost a sync of the disk each time.
 */
function streamsThatKnow(
  streams: SequenceTracker,
  validations: readonly ValidationResult[],
): Set<TrackedStream> | undefined {
  const found = new Set<TrackedStream>();
  for (const validation of validations) {
    const { key, from, to } = placeOf(validation);
    const stream = key && streams.find(key);
    if (validation.outcome === 'accepted' && streams.alarmDigests.isOther(validation.record))
      return undefined;
    if (!stream || !isReceived(stream, from, to)) return undefined;
    found.add(stream);
  }
  return found;
}

/** Stream and sequence of a validation; no key where they could not be read. */
function placeOf(validation: ValidationResult): { key?: StreamKey; from: number; to: number } {
  if (validation.outcome === 'accepted') {
    return { key: validation.record, from: validation.from, to: validation.record.sequence };
  }
  const { community, gateway, epoch, sequence } = validation.deadLetter;
  if (epoch === undefined || sequence === undefined) return { from: 0, to: 0 };
  return { key: { community, gateway, epoch, lane: validation.lane }, from: sequence, to: sequence };
}

/** Runs one journal transaction; its changes to streams are undone where it fails. */
export function inStreamTransaction<T>(
  { journal, streams }: Pick<JournalTables, 'journal' | 'streams'>,
  work: Parameters<typeof journal.commit<T>>[0],
): T {
  let committed = false;
  try {
    const result = journal.commit((append, receivedAt) => {
      const keep: typeof append = (entry) =>
        append(entry.class === 'record' ? withCapturedTime(entry, receivedAt) : entry);
      const done = work(keep, receivedAt);
      streams.save();
      return done;
    });
    committed = true;
    return result;
  } finally {
    streams.settle(committed);
  }
}

/** Acknowledgements of streams as the wire has them. */
export function acksOf(streams: Iterable<TrackedStream>): Ack['acks'] {
  return [...streams].map(({ epoch, lane, acknowledged }) => ({ epoch, lane, sequence: acknowledged }));
}
