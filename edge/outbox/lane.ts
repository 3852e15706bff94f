import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Held } from '#contracts/gateway-messages.ts';
import { transaction } from '#runtime/sqlite.ts';
import type { CapturedRecord } from './held-time.ts';
import { type EpochSpan, type LaneEpoch, readEpochs, spansOf } from './lane-epochs.ts';
import { isCorrupt, type LaneFileOptions, moveAside, openLaneFile, removeLaneFile } from './lane-file.ts';
import { coverUpTo, type GapReason, gapContent, setRecordAside } from './lane-gaps.ts';
import { type LaneStatements, prepareLane, type RecordRow } from './lane-statements.ts';
import type { Origins } from './origins.ts';
import type { PreparedRecord } from './record-content.ts';

/** Positions still held; `oldest` is `newest + 1` where nothing is. */
export interface Extent {
  oldest: number;
  newest: number;
}

/** A record read back from disk. */
export interface StoredRecord extends CapturedRecord {
  position: number;
  epoch: string;
  sequence: number;
  content: string;
}

/** What came of an acknowledgement; only the first removes anything. */
export type Acknowledged = 'acknowledged' | 'unchanged' | 'unknown-epoch' | 'beyond-sent';

/** How a lane is opened. */
export interface LaneOptions extends LaneFileOptions {
  /** Names this start of the agent. */
  epoch: string;
  now: () => number;
  /** What stands in a gap for records of which nothing else is known. */
  unknown: () => { content: string; capturedAt: number };
  /** The file could not be read and stands aside at `aside`; a new one was begun. */
  onCorrupt: (aside: string, error: unknown) => void;
}

const pageBytes = 4096;

/** One durable lane of the outbox: a file of records in order of position, kept until acknowledged. */
export class Lane {
  readonly #options: LaneOptions;
  #db: DatabaseSync;
  #statements: LaneStatements;
  /** Epochs with records, oldest first; the last is this start's. */
  #epochs: LaneEpoch[];
  #isEpochWritten = false;
  #extent: Extent;

  /** Opens the file; one that cannot be read is moved aside and a new one begun. */
  constructor(options: LaneOptions) {
    this.#options = options;
    try {
      this.#db = openLaneFile(options);
      this.#epochs = readEpochs(this.#db);
    } catch (error) {
      if (!isCorrupt(error)) throw error;
      options.onCorrupt(moveAside(options.file, options.now()), error);
      this.#db = openLaneFile(options);
      this.#epochs = [];
    }
    this.#statements = prepareLane(this.#db);
    const bounds = this.#statements.bounds.get() as { oldest: number | null; newest: number | null };
    const newest = bounds.newest ?? 0;
    this.#extent = { oldest: bounds.oldest ?? newest + 1, newest };
    this.#epochs.push({ epoch: options.epoch, base: newest });
  }

  /** Positions held now. */
  get extent(): Extent {
    return this.#extent;
  }

  /** Origins this lane has taken. */
  get origins(): Origins {
    return this.#statements.origins;
  }

  /** Bytes of the file in use. */
  get usedBytes(): number {
    return (pages(this.#statements.pageCount) - pages(this.#statements.freePages)) * pageBytes;
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
      try {
        return transaction(this.#db, work);
      } catch (error) {
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
      for (const row of this.#statements.readAfter.iterate(after, limit) as Iterable<unknown>) {
        const record = this.#stored(row as RecordRow);
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
    const span = this.#spans().find((known) => known.epoch === epoch);
    if (!span) return 'unknown-epoch';
    const position = span.base + sequence;
    const limit = span.base === this.#current.base ? Math.min(span.end, sentUpTo) : span.end;
    if (position > limit) return 'beyond-sent';
    if (position < this.#extent.oldest) return 'unchanged';
    this.#readable(() => this.#unsynced(() => this.#statements.deleteBetween.run(span.base, position)));
    this.#refreshOldest();
    return 'acknowledged';
  }

  /** Lets at least the oldest `count` records go, leaving one gap an epoch in their place. */
  dropOldest(count: number): void {
    this.transact(() => {
      const { newest } = this.#extent;
      const rows = count + this.#epochs.length;
      const boundary = Number(this.#statements.nthOldest.get(rows - 1)?.position ?? newest);
      for (const span of this.#spans()) {
        if (span.base < boundary) coverUpTo(this.#statements, span, boundary, 'quota');
      }
    });
    this.#refreshOldest();
  }

  /** Keeps a record aside that the broker refuses, leaving a gap. @returns False where it is not held. */
  setAside(position: number): boolean {
    const span = this.#spans().find(({ base, end }) => position > base && position <= end);
    if (!span) return false;
    const done = this.transact(() => setRecordAside(this.#statements, span, position, this.#options.now()));
    this.#refreshOldest();
    return done;
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
    this.#beginAnew('quota');
  }

  /** What is held of each epoch, oldest first. */
  held(): Held[] {
    const { lane } = this.#options;
    return this.#spans().flatMap(({ epoch, base, end }) => {
      const row = this.#statements.readAfter.get(base, 1) as unknown as RecordRow | undefined;
      if (!row || row.position > end) return [];
      return [{ epoch, lane, oldest: row.gap_from ?? row.position - base, newest: end - base }];
    });
  }

  /** The oldest record held; undefined where nothing is. */
  oldest(): StoredRecord | undefined {
    return this.read(this.#extent.oldest - 1, 1, 0)[0];
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

  #stored(row: RecordRow): StoredRecord {
    const epoch = this.#epochs.findLast(({ base }) => base < row.position) ?? this.#current;
    return {
      position: row.position,
      epoch: epoch.epoch,
      sequence: row.position - epoch.base,
      capturedAt: row.captured_at,
      capturedMonotonic: row.captured_monotonic,
      synchronized: row.synchronized === 1,
      content: row.content,
    };
  }

  #insert(record: PreparedRecord, sequences: number, content: string, gapFrom: number | null = null): void {
    const { epoch, base } = this.#current;
    if (!this.#isEpochWritten) this.#statements.insertEpoch.run(base, epoch);
    const position = this.#extent.newest + sequences;
    const { capturedAt, capturedMonotonic, synchronized } = record;
    this.#statements.insertRecord.run(
      position,
      capturedAt,
      Math.round(capturedMonotonic),
      synchronized ? 1 : 0,
      gapFrom,
      content,
    );
    this.#isEpochWritten = true;
    this.#extent = { oldest: this.#extent.oldest, newest: position };
  }

  /** Runs `work`; where the file turns out to be unreadable, moves it aside and runs it on a new one. */
  #readable<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      if (!isCorrupt(error)) throw error;
      this.close();
      this.#options.onCorrupt(moveAside(this.#options.file, this.#options.now()), error);
      this.#beginAnew('unreadable');
      return work();
    }
  }

  /** Begins a new file whose gaps say what the one before it held. */
  #beginAnew(reason: GapReason): void {
    const { oldest } = this.#extent;
    const lost = this.#spans().filter(({ end }) => end >= oldest);
    this.#db = openLaneFile(this.#options);
    this.#statements = prepareLane(this.#db);
    const { content, capturedAt } = this.#options.unknown();
    transaction(this.#db, () => {
      for (const { epoch, base, end } of lost) {
        const from = Math.max(oldest, base + 1) - base;
        this.#statements.insertEpoch.run(base, epoch);
        this.#statements.insertRecord.run(end, capturedAt, 0, 0, from, gapContent(content, from, reason));
      }
    });
    this.#isEpochWritten = lost.some(({ epoch }) => epoch === this.#options.epoch);
    this.#refreshOldest();
  }

  #refreshOldest(): void {
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

function pages(statement: StatementSync): number {
  return Number(Object.values(statement.get() ?? {})[0] ?? 0);
}
