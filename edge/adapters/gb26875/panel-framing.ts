import { checksum, frameOverhead, maxDataBytes } from './panel-frame.ts';

/** What the bytes of a connection fall into. */
export type PanelPiece =
  | { type: 'frame'; bytes: Buffer }
  /** Something that began like a frame; `bytes` holds at least the head. */
  | { type: 'invalid'; why: 'checksum' | 'length' | 'end'; bytes: Buffer }
  | { type: 'garbage'; length: number };

const start = Buffer.from([0x40, 0x40]);
const headBytes = 27;
const none: Buffer = Buffer.alloc(0);

type Verdict = { type: 'incomplete' } | Exclude<PanelPiece, { type: 'garbage' }>;

/**
 * Cuts a byte stream into `40 40 … 23 23` frames, however it is chunked.
 *
 * A start whose length leads nowhere must not make a later frame wait: a complete, correct frame behind it
 * is read at once. What turns out wrong is passed over byte by byte, so a frame inside it is found too.
 */
export function createPanelFraming(): { push(chunk: Buffer): PanelPiece[] } {
  let pending = none;

  const push = (chunk: Buffer): PanelPiece[] => {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    const pieces: PanelPiece[] = [];
    const pass = (length: number) => {
      if (length > 0) pieces.push({ type: 'garbage', length });
      pending = pending.subarray(length);
    };
    for (;;) {
      const at = pending.indexOf(start);
      pass(at < 0 ? pending.length - (pending.at(-1) === 0x40 ? 1 : 0) : at);
      if (at < 0) break;
      const verdict = judge(pending);
      if (verdict.type === 'frame') {
        pieces.push(verdict);
        pending = pending.subarray(verdict.bytes.length);
      } else if (verdict.type === 'invalid') {
        pieces.push(verdict);
        pass(1);
      } else {
        const later = findFrame(pending);
        if (later < 0) break;
        pass(later);
      }
    }
    return pieces;
  };
  return { push };
}

/** Offset of the first correct frame behind an unfinished start, or -1. */
function findFrame(bytes: Buffer): number {
  for (let at = bytes.indexOf(start, 1); at >= 0; at = bytes.indexOf(start, at + 1)) {
    if (judge(bytes.subarray(at)).type === 'frame') return at;
  }
  return -1;
}

/** Judges bytes that begin with a start: length and end first, the checksum last. */
function judge(bytes: Buffer): Verdict {
  if (bytes.length < headBytes) return { type: 'incomplete' };
  const dataBytes = bytes.readUInt16LE(24);
  if (dataBytes > maxDataBytes)
    return { type: 'invalid', why: 'length', bytes: bytes.subarray(0, headBytes) };
  const total = frameOverhead + dataBytes;
  if (bytes.length < total) return { type: 'incomplete' };
  const frame = bytes.subarray(0, total);
  if (frame[total - 2] !== 0x23 || frame[total - 1] !== 0x23)
    return { type: 'invalid', why: 'end', bytes: frame };
  const isRight = frame[total - 3] === checksum(frame, total - 3);
  return isRight ? { type: 'frame', bytes: frame } : { type: 'invalid', why: 'checksum', bytes: frame };
}
