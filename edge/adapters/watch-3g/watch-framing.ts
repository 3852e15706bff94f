import { createPendingBytes } from '../pending-bytes.ts';
import { readHeader, type WatchHeader } from './watch-frame.ts';

/** What the bytes of a connection fall into. */
export type WatchPiece =
  | { type: 'frame'; bytes: Buffer }
  /** A frame that began and never ended properly, at most `maxUnfinishedBytes` of it. */
  | { type: 'unfinished'; why: 'unclosed' | 'oversize' | 'cut'; bytes: Buffer }
  /** Bytes outside of every frame. */
  | { type: 'garbage'; bytes: Buffer };

/** As much of an unfinished frame as is kept; an alarm's STATUS stands within its first 200 bytes. */
export const maxUnfinishedBytes = 2048;

const open = 0x5b;
const close = 0x5d;
const star = 0x2a;
/** `[`, two letters or digits, `*`, one more: what begins a frame outside of one. */
const startBytes = 5;
/** The same with five digits: what begins a frame inside of an unclosed one. */
const headerBytes = 9;
/** No frame that says anything is shorter, and neither is what is left of one. */
const shortestFrame = 14;

/** Cuts a byte stream into pieces. What it yields is a copy; whoever stops taking pieces loses the rest. */
export interface WatchFraming {
  push(chunk: Buffer): Iterable<WatchPiece>;
  /** The connection is over: what is left of an open frame. */
  end(): Iterable<WatchPiece>;
}

/**
 * Cuts a byte stream into `[…]` frames, however it is chunked, in time that grows with its length alone.
 *
 * Brackets decide, not LEN, which devices get wrong. A bracket inside (an SSID may hold one) is balanced; a lone `]`
 * where LEN says the frame ends does end it, and a lone `[` is survived because the header of the next frame is
 * recognized.
 */
export function createWatchFraming(maxFrameBytes: number): WatchFraming {
  const pending = createPendingBytes();
  /** Bytes at the front that are garbage, not yielded yet. */
  let passed = 0;
  /** In a frame: the brackets open, and the bytes looked at, from `passed` on. */
  let depth = 0;
  let scanned = 0;
  /** Head of the open frame, once its first `]` made certain that no more of it comes. */
  let header: WatchHeader | undefined | 'unread' = 'unread';

  const cut = (length: number): Buffer => {
    const bytes = Buffer.from(pending.bytes.subarray(0, length));
    pending.drop(length);
    return bytes;
  };
  function* garbage(): Iterable<WatchPiece> {
    if (passed === 0) return;
    const bytes = cut(passed);
    passed = 0;
    yield { type: 'garbage', bytes };
  }
  /** Leaves the open frame; false where so little of it came that it is garbage. */
  const leaveFrame = (length: number): boolean => {
    depth = 0;
    scanned = 0;
    header = 'unread';
    if (length >= shortestFrame) return true;
    passed += length;
    return false;
  };
  const unfinished = (length: number, why: 'unclosed' | 'oversize' | 'cut'): WatchPiece => ({
    type: 'unfinished',
    why,
    bytes: cut(length).subarray(0, maxUnfinishedBytes),
  });

  /** Enters the next frame; false where none begins in what is pending. */
  const findStart = (): boolean => {
    const { bytes } = pending;
    for (; passed < bytes.length; passed++) {
      if (bytes[passed] !== open) continue;
      const start = beginsAt(bytes, passed, startBytes);
      if (start === 'undecided') return false;
      if (start === 'text') continue;
      depth = 1;
      scanned = 1;
      return true;
    }
    return false;
  };

  const endsByLength = (): boolean => {
    if (header === 'unread') header = readHeader(pending.bytes.subarray(passed));
    return header !== undefined && header.contentStart + header.declaredLength === scanned;
  };

  /** Goes on in the open frame: its length once it is over, and how. */
  const scan = (): { length: number; why: 'closed' | 'unclosed' | 'oversize' } | undefined => {
    const { bytes } = pending;
    for (; passed + scanned < bytes.length; scanned++) {
      if (scanned >= maxFrameBytes) return { length: scanned, why: 'oversize' };
      const byte = bytes[passed + scanned];
      if (byte === open) {
        const start = beginsAt(bytes, passed + scanned, headerBytes);
        if (start === 'undecided') return undefined;
        if (start === 'frame') return { length: scanned, why: 'unclosed' };
        depth++;
      } else if (byte === close) {
        depth--;
        if (depth === 0 || endsByLength()) return { length: scanned + 1, why: 'closed' };
      }
    }
    return undefined;
  };

  function* push(chunk: Buffer): Iterable<WatchPiece> {
    pending.append(chunk);
    while (depth > 0 || findStart()) {
      const over = scan();
      if (!over) break;
      const { length, why } = over;
      if (!leaveFrame(length)) continue;
      yield* garbage();
      yield why === 'closed' ? { type: 'frame', bytes: cut(length) } : unfinished(length, why);
    }
    yield* garbage();
  }

  function* end(): Iterable<WatchPiece> {
    const left = pending.bytes.length - passed;
    if (depth === 0) passed += left;
    const isFrame = depth > 0 && leaveFrame(left);
    yield* garbage();
    if (isFrame) yield unfinished(left, 'cut');
  }

  return { push, end };
}

/** Whether a `[` begins a frame: two letters or digits, `*`, then letters or digits; inside of another, digits. */
function beginsAt(bytes: Buffer, start: number, length: number): 'frame' | 'text' | 'undecided' {
  for (let offset = 1; offset < length; offset++) {
    const byte = bytes[start + offset];
    if (byte === undefined) return 'undecided';
    const isIn = length === headerBytes && offset > 3 ? isDigit : isAlphanumeric;
    if (!(offset === 3 ? byte === star : isIn(byte))) return 'text';
  }
  return 'frame';
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

function isAlphanumeric(byte: number): boolean {
  return isDigit(byte) || (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a);
}
