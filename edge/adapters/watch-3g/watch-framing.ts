import { readHeader } from './watch-frame.ts';

/** What the bytes of a connection fall into. */
export type WatchPiece =
  | { type: 'frame'; bytes: Buffer }
  /** A frame that began and never ended properly, at most `maxUnfinishedBytes` of it. */
  | { type: 'unfinished'; why: 'unclosed' | 'oversize' | 'cut'; bytes: Buffer }
  | { type: 'garbage'; length: number };

/** As much of an unfinished frame as is kept; an alarm's STATUS stands within its first 200 bytes. */
export const maxUnfinishedBytes = 2048;

const open = 0x5b;
const close = 0x5d;
const star = 0x2a;
const headerBytes = 9;
const none: Buffer = Buffer.alloc(0);

/**
 * Cuts a byte stream into `[…]` frames, however it is chunked.
 *
 * Brackets decide, not LEN, which devices get wrong. A bracket inside (an SSID may hold one) is balanced;
 * a lone `]` where LEN says the frame ends does end it, and a lone `[` is survived because the header of
 * the next frame is recognized.
 */
export function createWatchFraming(maxFrameBytes: number): {
  push(chunk: Buffer): WatchPiece[];
  /** The connection is over: what is left of an open frame. */
  end(): WatchPiece[];
} {
  let pending = none;
  let scanned = 0;
  let depth = 0;

  const cut = (length: number): Buffer => {
    const bytes = pending.subarray(0, length);
    pending = pending.subarray(length);
    scanned = 0;
    depth = 0;
    return bytes;
  };
  const unfinished = (length: number, why: 'unclosed' | 'oversize' | 'cut'): WatchPiece => ({
    type: 'unfinished',
    why,
    bytes: Buffer.from(cut(length).subarray(0, maxUnfinishedBytes)),
  });

  /** Goes on in the open frame; undefined where more bytes are needed. */
  const scan = (): WatchPiece | undefined => {
    for (; scanned < pending.length; scanned++) {
      if (scanned >= maxFrameBytes) return unfinished(scanned, 'oversize');
      const byte = pending[scanned];
      if (byte === open) {
        const header = headerAt(pending, scanned);
        if (header === 'undecided') return undefined;
        if (header === 'header') return unfinished(scanned, 'unclosed');
        depth++;
      } else if (byte === close) {
        depth--;
        if (depth === 0 || endsByLength(pending, scanned)) return { type: 'frame', bytes: cut(scanned + 1) };
      }
    }
    return undefined;
  };

  const push = (chunk: Buffer): WatchPiece[] => {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    const pieces: WatchPiece[] = [];
    while (pending.length > 0) {
      if (depth === 0) {
        const start = pending.indexOf(open);
        const length = start < 0 ? pending.length : start;
        if (length > 0) pieces.push({ type: 'garbage', length: cut(length).length });
        if (start < 0) break;
        depth = 1;
        scanned = 1;
      }
      const piece = scan();
      if (!piece) break;
      pieces.push(piece);
    }
    return pieces;
  };

  return {
    push,
    end: () => (depth > 0 ? [unfinished(pending.length, 'cut')] : []),
  };
}

/** Whether a `[` inside a frame begins another: two letters or digits, `*`, five digits. */
function headerAt(bytes: Buffer, start: number): 'header' | 'text' | 'undecided' {
  for (let offset = 1; offset < headerBytes; offset++) {
    const byte = bytes[start + offset];
    if (byte === undefined) return 'undecided';
    const fits = offset < 3 ? isAlphanumeric(byte) : offset === 3 ? byte === star : isDigit(byte);
    if (!fits) return 'text';
  }
  return 'header';
}

function endsByLength(bytes: Buffer, position: number): boolean {
  const header = readHeader(bytes);
  return header !== undefined && header.contentStart + header.declaredLength === position;
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

function isAlphanumeric(byte: number): boolean {
  return isDigit(byte) || (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a);
}
