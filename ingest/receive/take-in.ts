import type { Ack } from '#contracts/gateway-messages.ts';
import type { DeadLetters } from '../journal/dead-letters.ts';
import type { Journal } from '../journal/journal.ts';
import type { KeptStream, StreamBook, StreamKey } from '../journal/stream-book.ts';
import type { Accepted, Judgement, Rejected } from './judgement.ts';
import { unreadableAlarm } from './platform-record.ts';

/** What receiving writes to: journal, streams and dead letters of one file. */
export interface Books {
  journal: Journal;
  streams: StreamBook;
  deadLetters: DeadLetters;
}

/** What one commit did. */
export interface TakenIn {
  /** Streams to acknowledge, those that a duplicate touched too. */
  touched: Set<KeptStream>;
  journalled: number;
  duplicates: number;
  deadLetters: number;
  raised: number;
  /** Left to be resent, for want of room above the acknowledged sequence. */
  full: number;
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
  const taken: TakenIn = {
    touched: new Set(),
    journalled: 0,
    duplicates: 0,
    deadLetters: 0,
    raised: 0,
    full: 0,
  };
  return inStreamTransaction({ journal, streams }, (append, receivedAt) => {
    const isNew = (key: StreamKey, from: number, to: number) => {
      const covered = streams.cover(key, from, to, receivedAt);
      const stream = streams.find(key);
      if (stream) taken.touched.add(stream);
      if (covered === 'duplicate') taken.duplicates += 1;
      if (covered === 'full') taken.full += 1;
      return covered === 'new';
    };
    const accept = ({ record, from }: Accepted) => {
      if (!isNew(record, from, record.sequence)) return;
      append(record);
      taken.journalled += 1;
    };
    const setAside = (rejected: Rejected) => {
      const { lane, letter, raises } = rejected;
      const { community, gateway, epoch, sequence } = letter;
      if (epoch !== undefined && sequence !== undefined) {
        if (!isNew({ community, gateway, epoch, lane }, sequence, sequence)) return;
      }
      const { hash, due } = deadLetters.add(letter, raises, receivedAt);
      taken.deadLetters += 1;
      if (!due) return;
      append(unreadableAlarm(rejected, hash, receivedAt));
      taken.raised += 1;
    };
    for (const judgement of judgements) {
      if (judgement.outcome === 'accepted') accept(judgement);
      else setAside(judgement);
    }
    alongside?.(taken, receivedAt);
    return taken;
  });
}

/** Runs one journal transaction whose changes to streams stand or fall with it. */
export function inStreamTransaction<T>(
  { journal, streams }: Pick<Books, 'journal' | 'streams'>,
  work: Parameters<typeof journal.commit<T>>[0],
): T {
  let committed = false;
  try {
    const result = journal.commit((append, receivedAt) => {
      const done = work(append, receivedAt);
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
