import type { DatabaseSync } from 'node:sqlite';
import type { Held } from '#contracts/gateway-messages.ts';
import { isDiskFull, transaction } from '#runtime/sqlite.ts';
import { type EpochSpan, type LaneEpoch, spansOf } from './lane-epochs.ts';
import { corruption, isCorrupt, moveAside, openLaneFile, removeLaneFile, settleAside } from './lane-file.ts';
import { type GapReason, gapContent, moveToDeadLetters, replaceByGap } from './lane-gaps.ts';
import { type Extent, type LaneOptions, openLane, readAside } from './lane-open.ts';
import { writeSpans } from './lane-restore.ts';
import { insertRecord, type LaneStatements, prepareLane, usedPages } from './lane-statements.ts';
import type { Origins } from './origins.ts';
import { isReadableContent, type PreparedRecord } from './record-content.ts';
import { type RecordRow, type StoredRecord, storedRecord } from './stored-record.ts';

/** What came of an acknowledgement; only the first removes anything. */
export type Acknowledged = 'acknowledged' | 'unchanged' | 'unknown-epoch' | 'beyond-sent';

const pageBytes = 4096;

/** One durable lane of the outbox: a file of records in order of position, kept until acknowledged. */
export class Lane {
  readonly #options: LaneOptions;
  #db: DatabaseSync;
  #statements: LaneStatements;
  /** Epochs with records, oldest first; the last is this start's. */
  #epochs: LaneEpoch[];
  #isEpochWritten = false;
  /** Why the file is gone and a new one not begun yet. */
  #lost: GapReason | undefined;
  /** Where the damaged file stands, until what it still holds is in the new one. */
  #aside: string | undefined;
  #extent: Extent;
  /** What the last commit wrote: it is sent from here, without reading it back. Empty once anything is removed. */
  #written: StoredRecord[] = [];

  /** Opens the file; one that cannot be read is moved aside and a new one begun. */
  constructor(options: LaneOptions) {
    this.#options = options;
    const { db, statements, epochs } = openLane(options);
    this.#db = db;
    this.#statements = statements;
    this.#epochs = epochs;
    const bounds = this.#statements.bounds.get() as { oldest: number | null; newest: number | null };
    const newest = bounds.newest ?? 0;
    this.#extent = { oldest: bounds.oldest ?? newest + 1, newest };
    // It stands there already where it told of a damaged file.
    this.#isEpochWritten = epochs.at(-1)?.epoch === options.epoch;
    if (!this.#isEpochWritten) {
      epochs.push({ epoch: options.epoch, boot: options.boot ?? null, base: newest, from: 1 });
    }
  }

  /** Positions held now. */
  get extent(): Extent {
    return this.#extent;
  }

  /** Origins this lane has accepted. */
  get origins(): Origins {
    return this.#statements.origins;
  }

  /** Bytes of the file in use. */
  get usedBytes(): number {
    return this.#readable(() => usedPages(this.#statements) * pageBytes);
  }

  /** True where a record of `bytes` would go beyond the file's own limit, whatever the disk has free. */
  isAtLimit(bytes: number): boolean {
    const { maxBytes } = this.#options;
    const slackBytes = 16 * pageBytes;
    return maxBytes !== undefined && this.usedBytes + bytes + slackBytes > maxBytes;
  }

  /** Runs `work`, and what it appends, in one commit, all or nothing. */
  transact<T>(work: () => T): T {
    return this.#readable(() => {
      const [before, wasEpochWritten] = [this.#extent, this.#isEpochWritten];
      this.#written = [];
      try {
        return transaction(this.#db, work);
      } catch (error) {
        this.#written = [];
        this.#extent = before;
        this.#isEpochWritten = wasEpochWritten;
        throw error;
      }
    });
  }

  /** Appends a record with the next sequence; within `transact`. */
  append(record: PreparedRecord): void {
    this.#insert(record, 1, record.content);
  }

  /** Appends one gap for the `count` records up to `last`, let go before they were written; within `transact`. */
  appendGap(last: PreparedRecord, count: number): void {
    const from = this.#extent.newest + 1 - this.#current.base;
    this.#insert(last, count, gapContent(last.content, from, 'quota'), from);
  }

  /** Reads records after a position, oldest first, until `limit` or `maxBytes` of content; at least one. */
  read(after: number, limit: number, maxBytes: number): StoredRecord[] {
    return this.#readable(() => {
      const records: StoredRecord[] = [];
      let bytes = 0;
      for (const record of this.#after(after, limit)) {
        bytes += Buffer.byteLength(record.content);
        if (records.length > 0 && bytes > maxBytes) break;
        records.push(record);
      }
      return records;
    });
  }

  /**
   * Removes what the platform acknowledged.
   *
   * @param sentUpTo Highest position this start has sent; an acknowledgement beyond it is not believed.
   */
  acknowledge(epoch: string, sequence: number, sentUpTo: number): Acknowledged {
    const known = this.#epochs.find((other) => other.epoch === epoch);
    const span = this.#spans().find((other) => other.epoch === epoch);
    if (!known || !span) return 'unknown-epoch';
    const position = span.base + sequence;
    const limit = span.base === this.#current.base ? Math.min(span.end, sentUpTo) : span.end;
    if (position > limit) return 'beyond-sent';
    if (sequence < span.from) return 'unchanged';
    this.#readable(() => this.#unsynced(() => this.#statements.deleteBetween.run(span.base, position)));
    known.from = sequence + 1;
    this.#refreshOldest();
    return 'acknowledged';
  }

  /** Removes at least the oldest `count` records, leaving one gap an epoch in their place. */
  dropOldest(count: number): void {
    this.transact(() => {
      const { newest } = this.#extent;
      const rows = count + this.#epochs.length;
      const boundary = Number(this.#statements.nthOldest.get(rows - 1)?.position ?? newest);
      for (const span of this.#spans()) {
        if (span.base < boundary) replaceByGap(this.#statements, span, boundary, 'quota');
      }
    });
    this.#refreshOldest();
  }

  /** Moves a record that the broker refuses to the dead letters, leaving a gap. @returns False where it is not held. */
  moveToDeadLetters(position: number): boolean {
    const span = this.#spans().find(({ base, end }) => position > base && position <= end);
    if (!span) return false;
    const done = this.transact(() =>
      moveToDeadLetters(this.#statements, span, position, this.#options.now()),
    );
    this.#refreshOldest();
    return done;
  }

  /**
   * Moves what was committed from the write-ahead log into the file, so that the log is written from its
   * start again and asks the disk for nothing.
   *
   * @returns False where the disk has no room even for that.
   */
  checkpoint(): boolean {
    try {
      this.#db.prepare('PRAGMA wal_checkpoint(RESTART)').get();
      return true;
    } catch (error) {
      if (!isDiskFull(error)) throw error;
      return false;
    }
  }

  /** Gives freed pages back to the disk. */
  giveBack(): void {
    this.#db.exec('PRAGMA incremental_vacuum');
    this.#db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get();
  }

  /** Lets everything go at once by beginning a new file: the one way that needs no room on the disk. */
  discard(): void {
    this.close();
    removeLaneFile(this.#options.file);
    this.#lost = 'quota';
    this.#beginAnew('quota');
  }

  /** What is held of each epoch, oldest first. */
  held(): Held[] {
    const { lane } = this.#options;
    return this.#heldSpans().map(({ epoch, base, from, end }) => ({
      epoch,
      lane,
      oldest: from,
      newest: end - base,
    }));
  }

  /** Closes the file; harmless where it is closed. */
  close(): void {
    if (this.#db.isOpen) this.#db.close();
  }

  get #current(): LaneEpoch {
    return this.#epochs.at(-1) as LaneEpoch;
  }

  #spans(): EpochSpan[] {
    return spansOf(this.#epochs, this.#extent.newest);
  }

  #heldSpans(): EpochSpan[] {
    return this.#spans().filter(({ base, from, end }) => base + from <= end);
  }

  #insert(record: PreparedRecord, sequences: number, content: string, gapFrom: number | null = null): void {
    const { epoch, boot, base } = this.#current;
    if (!this.#isEpochWritten) this.#statements.insertEpoch.run(base, epoch, boot);
    const position = this.#extent.newest + sequences;
    const { capturedAt, capturedMonotonic, synchronized } = record;
    const row = { position, capturedAt, capturedMonotonic, synchronized, gapFrom, content };
    insertRecord(this.#statements, row);
    this.#written.push({ ...row, epoch, boot, sequence: position - base });
    this.#isEpochWritten = true;
    this.#extent = { oldest: this.#extent.oldest, newest: position };
  }

  *#after(after: number, limit: number): Generator<StoredRecord> {
    const [first] = this.#written;
    // Positions have no holes: where the first written one is next, all that follow are here.
    if (first && first.position <= after + 1)
      return yield* this.#written.filter(({ position }) => position > after).slice(0, limit);
    for (const row of this.#statements.readAfter.iterate(after, limit) as Iterable<unknown>) {
      const record = storedRecord(row as RecordRow, this.#epochs);
      // SQLite does not see damage within a text, which would be sent again and again.
      if (this.#options.lane === 'alarm' && !isReadableContent(record.content)) throw corruption('content');
      yield record;
    }
  }

  /** Runs `work`; where the file turns out to be unreadable, moves it aside and runs it on a new one. */
  #readable<T>(work: () => T): T {
    if (this.#lost) this.#beginAnew(this.#lost);
    try {
      return work();
    } catch (error) {
      if (!isCorrupt(error)) throw error;
      this.close();
      this.#aside = moveAside(this.#options.file, this.#options.now());
      this.#options.onCorrupt(this.#aside, error);
      this.#lost = 'unreadable';
      this.#beginAnew('unreadable');
      return work();
    }
  }

  /** Begins a new file with what can be read of the one before it; gaps say what else that held. */
  #beginAnew(reason: GapReason): void {
    const { lane, unknown } = this.#options;
    const lost = this.#heldSpans();
    const aside = this.#aside;
    const records = aside && lane === 'alarm' ? readAside(this.#options, aside).records : [];
    this.#db = openLaneFile(this.#options);
    try {
      this.#statements = prepareLane(this.#db);
      transaction(this.#db, () =>
        writeSpans(this.#statements, lost, { records, reason, unknown: unknown() }),
      );
    } catch (error) {
      // Half begun it would hide what is lost; the next use begins it again.
      this.close();
      removeLaneFile(this.#options.file);
      throw error;
    }
    this.#lost = undefined;
    if (aside) settleAside(aside);
    this.#aside = undefined;
    this.#isEpochWritten = lost.some(({ epoch }) => epoch === this.#options.epoch);
    this.#refreshOldest();
  }

  #refreshOldest(): void {
    this.#written = [];
    const { newest } = this.#extent;
    const { oldest } = this.#statements.bounds.get() as { oldest: number | null };
    this.#extent = { oldest: oldest ?? newest + 1, newest };
  }

  // Losing an acknowledgement in a power cut costs a resend; a sync each would cost half the alarms' rate.
  #unsynced(work: () => void): void {
    this.#db.exec('PRAGMA synchronous = NORMAL');
    try {
      work();
    } finally {
      this.#db.exec(`PRAGMA synchronous = ${this.#options.synchronous}`);
    }
  }
}
