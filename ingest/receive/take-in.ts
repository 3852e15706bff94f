import type { Ack } from '#contracts/gateway-messages.ts';
import { messageOf } from '#contracts/journal-codec.ts';
import { withCapturedTime } from '#contracts/record-entry.ts';
import type { DeadLetters } from '../journal/dead-letters.ts';
import type { Append, Journal } from '../journal/journal.ts';
import { isCovered } from '../journal/stream.ts';
import type { KeptStream, StreamBook, StreamKey } from '../journal/stream-book.ts';
import { apartFromTwin } from './identity-conflict.ts';
import type { Accepted, Judgement, Message, Rejected } from './judgement.ts';
import { platformAddress, unreadableAlarm } from './platform-record.ts';

/** What receiving writes to: journal, streams and dead letters of one file. */
export interface Books {
  journal: Journal;
  streams: StreamBook;
  deadLetters: DeadLetters;
}

/** What one commit did. */
export interface TakenIn {
  /** False where everything stood already: then nothing was written. */
  committed: boolean;
  /** Streams to acknowledge, those that a duplicate touched too. */
  touched: Set<KeptStream>;
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
 * Takes judged records in as one durable transaction: deduplicates by stream, journals, sets aside.
 *
 * @param alongside Writes that stand or fall with it.
 * @throws the disk's error; nothing is taken in then, and the gateways resend.
 */
export function takeIn(
  { journal, streams, deadLetters }: Books,
  judgements: readonly Judgement[],
  alongside?: (taken: TakenIn, receivedAt: number) => void,
): TakenIn {
  const stand = alongside ? undefined : streamsThatHold(streams, judgements);
  const taken: TakenIn = {
    committed: stand === undefined,
    touched: stand ?? new Set(),
    journalled: 0,
    duplicates: stand ? judgements.length : 0,
    deadLetters: 0,
    raised: 0,
    full: 0,
    conflicts: 0,
  };
  if (stand) return taken;
  return inStreamTransaction({ journal, streams }, (append, receivedAt) => {
    const messages = createMessageAppender(append);
    const isNew = (judgement: Judgement) => {
      const { key, from, to } = placeOf(judgement);
      if (!key) return true;
      const covered = streams.cover(key, from, to, receivedAt);
      const stream = streams.find(key);
      if (stream) taken.touched.add(stream);
      if (covered === 'duplicate') taken.duplicates += 1;
      if (covered === 'full') taken.full += 1;
      return covered === 'new';
    };
    const accept = (given: Accepted) => {
      const accepted = fromAcknowledged(streams, apartFromTwin(streams, given));
      const isApart = accepted.record.saidEpoch !== undefined;
      if (isApart) {
        // The gateway waits for the acknowledgement of the identity that it knows.
        const stream = streams.find(given.record);
        if (stream) taken.touched.add(stream);
      }
      if (!isNew(accepted)) return;
      messages.add(accepted);
      streams.alarmDigests.remember(accepted.record);
      if (isApart) taken.conflicts += 1;
      taken.journalled += 1;
    };
    const setAside = (rejected: Rejected) => {
      if (!isNew(rejected)) return;
      const { letter, raises } = rejected;
      const { hash, due } = deadLetters.add(letter, raises, receivedAt);
      taken.deadLetters += 1;
      if (!due) return;
      messages.end();
      append(unreadableAlarm(underItsName(deadLetters, rejected, receivedAt), hash, receivedAt));
      taken.raised += 1;
    };
    for (const judgement of judgements) {
      if (judgement.outcome === 'accepted') accept(judgement);
      else setAside(judgement);
    }
    messages.end();
    alongside?.(taken, receivedAt);
    return taken;
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
  const { letter, readable } = rejected;
  const { address, device } = readable;
  if (address === undefined || device !== undefined) return rejected;
  if (callers.mayName(letter.community, letter.gateway, address, at)) return rejected;
  const { address: _address, record, ...nameless } = readable;
  return {
    ...rejected,
    letter: { ...letter, expected: `${letter.expected}; says ${address}` },
    readable: { ...nameless, ...(record && { record: { ...record, address: platformAddress } }) },
  };
}

/** A gateway whose file is damaged does not know what was acknowledged: a gap begins behind that. */
function fromAcknowledged(streams: StreamBook, accepted: Accepted): Accepted {
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
 * The streams in which all of these were taken in before; undefined where one was not. A gateway whose
 * acknowledgements are lost sends everything again and again, and must not cost a sync of the disk each time.
 */
function streamsThatHold(streams: StreamBook, judgements: readonly Judgement[]): Set<KeptStream> | undefined {
  const found = new Set<KeptStream>();
  for (const judgement of judgements) {
    const { key, from, to } = placeOf(judgement);
    const stream = key && streams.find(key);
    if (judgement.outcome === 'accepted' && streams.alarmDigests.isOther(judgement.record)) return undefined;
    if (!stream || !isCovered(stream, from, to)) return undefined;
    found.add(stream);
  }
  return found;
}

/** Where a judgement stands in which stream; no key where that could not be read. */
function placeOf(judgement: Judgement): { key?: StreamKey; from: number; to: number } {
  if (judgement.outcome === 'accepted') {
    return { key: judgement.record, from: judgement.from, to: judgement.record.sequence };
  }
  const { community, gateway, epoch, sequence } = judgement.letter;
  if (epoch === undefined || sequence === undefined) return { from: 0, to: 0 };
  return { key: { community, gateway, epoch, lane: judgement.lane }, from: sequence, to: sequence };
}

/** Runs one journal transaction whose changes to streams stand or fall with it. */
export function inStreamTransaction<T>(
  { journal, streams }: Pick<Books, 'journal' | 'streams'>,
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
export function acksOf(streams: Iterable<KeptStream>): Ack['acks'] {
  return [...streams].map(({ epoch, lane, acknowledged }) => ({ epoch, lane, sequence: acknowledged }));
}
