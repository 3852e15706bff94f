import type { EventKind, Lane } from '#contracts/facts/event-kinds.ts';
import type { RecordEntry } from '#contracts/journal-entry.ts';
import type { WireRecord } from '#contracts/record.ts';
import type { DeadLetter } from '../journal/dead-letter.ts';

/** Where a message came from, as its topic says. */
export interface Source {
  community: string;
  gateway: string;
  lane: Lane;
}

/** A message whose bytes are kept, with how many records they hold. */
export interface Message {
  payload: Buffer;
  records: number;
}

/** A record found good: what the journal keeps, and the first sequence it covers. */
export interface Accepted {
  outcome: 'accepted';
  record: RecordEntry;
  /** The record as it came, where the bytes of its message say all of it; absent where `record` says more or less. */
  came?: { message: Message; wire: WireRecord };
  /** The record's own sequence, or where a gap begins. */
  from: number;
  /** Carries fields that this release does not know. */
  hasUnknownFields: boolean;
}

/** A record or message that became a dead letter. */
export interface Rejected {
  outcome: 'rejected';
  lane: Lane;
  deadLetter: DeadLetter;
  /** Raise an "unreadable alarm": it came by the alarm lane, or says itself that it is an alarm. */
  raises: boolean;
  readable: Readable;
  /** What was thrown on it, a fault of ours. */
  error?: unknown;
}

/** What became of one record. */
export type ValidationResult = Accepted | Rejected;

/** What could still be read of a rejected record. */
export interface Readable {
  /** Device id of the registry. */
  device?: string;
  /** That device is another gateway's than the sender's. */
  saidByOther?: true;
  address?: string;
  kind?: EventKind;
  /** The record as it would have been journalled, had its device been known. */
  record?: RecordEntry;
}
