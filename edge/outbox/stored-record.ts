import type { Lane } from '#contracts/facts/event-kinds.ts';
import { toTimestamp } from '#contracts/time.ts';
import type { GatewayClock } from '../clock.ts';
import type { LaneEpoch } from './lane-epochs.ts';

/** A record's JSON and when it was captured: what is the same before and after its commit. */
export interface CapturedContent {
  /** Corrected gateway time, epoch ms. */
  capturedAt: number;
  /** On the monotonic clock of the boot it was captured in, whole ms. */
  capturedMonotonic: number;
  /** 1 where the clock was synchronized then, else 0. */
  synchronized: number;
  /** JSON object of the record's own fields: all but epoch, lane, sequence and `heldMs`. */
  content: string;
}

/** A row of the record table. */
export interface RecordRow extends CapturedContent {
  position: number;
  /** First sequence of a gap; null for a record. */
  gapFrom: number | null;
}

/** A row with the identity that its position gives it. */
export interface StoredRecord extends RecordRow {
  epoch: string;
  /** The boot it was captured in; null where not known. */
  boot: string | null;
  sequence: number;
}

/** The current start of the agent and boot of the machine. */
export interface Now {
  epoch: string;
  boot: string | undefined;
  clock: GatewayClock;
}

/** Adds a row's identity; `epochs` are the lane's, oldest first. */
export function storedRecord(row: RecordRow, epochs: readonly LaneEpoch[]): StoredRecord {
  const { epoch, boot, base } = epochs.findLast((known) => known.base < row.position) as LaneEpoch;
  return { ...row, epoch, boot, sequence: row.position - base };
}

/**
 * Milliseconds a record has been in the outbox; undefined where that cannot be known.
 *
 * The monotonic clock continues when the agent restarts and begins at 0 when the machine does. After a boot only two
 * synchronized clocks tell. Held records are sent before the platform has told a new start the time.
 */
export function heldMsOf(record: StoredRecord, { epoch, boot, clock }: Now): number | undefined {
  const isOfThisBoot = record.boot !== null && record.boot === boot;
  if (record.epoch === epoch || isOfThisBoot) {
    return Math.max(0, Math.round(clock.monotonic() - record.capturedMonotonic));
  }
  if (record.synchronized !== 1 || clock.state().state !== 'synchronized') return undefined;
  const held = clock.now() - record.capturedAt;
  return held >= 0 ? held : undefined;
}

/**
 * Writes a record's JSON as it is sent now; with `heldMs` where that is known.
 *
 * The capture time of a record may be days off while the clock is unknown. Once the time is known, `heldMs` says when
 * the record was captured.
 */
export function wireJsonOf(lane: Lane, record: StoredRecord, now: Now): string {
  const heldMs = heldMsOf(record, now);
  const { epoch, sequence } = record;
  const envelope = JSON.stringify({ epoch, lane, sequence, heldMs });
  const content = heldMs === undefined ? record.content : corrected(record.content, heldMs, now);
  return `${envelope.slice(0, -1)},${content.slice(1)}`;
}

/** An unknown clock in a record's JSON. Inside a device's text its quotes would be escaped. */
const unknownClock = JSON.stringify({ clock: { state: 'unknown' } }).slice(1, -1);

function corrected(content: string, heldMs: number, { clock }: Now): string {
  const state = clock.state();
  if (state.state === 'unknown' || !content.includes(unknownClock)) return content;
  const record = JSON.parse(content) as { clock: { state: string } };
  if (record.clock.state !== 'unknown') return content;
  return JSON.stringify({ ...record, capturedAt: toTimestamp(clock.now() - heldMs), clock: state });
}
