import { createPendingBytes } from '../pending-bytes.ts';
import { checksum, commands, frameOverhead, maxDataBytes } from './panel-frame.ts';

/** What the bytes of a connection fall into. */
export type PanelPiece =
  | { type: 'frame'; bytes: Buffer }
  /** Something that began like a frame that sends data; `bytes` holds at least the head. */
  | { type: 'invalid'; why: 'checksum' | 'length' | 'end'; bytes: Buffer }
  | { type: 'garbage'; length: number };

const at40 = 0x40;
const at23 = 0x23;
const headBytes = 27;
const lengthOffset = 24;
const commandOffset = 26;

/** A `40 40` that may begin a frame, by its place in the stream, and what is known of it. */
interface Start {
  place: number;
  /** Bytes from `place` on that the next verdict needs. */
  needs: number;
  verdict: 'undecided' | 'nothing' | 'frame' | 'checksum' | 'length' | 'end';
}

/**
 * Cuts a byte stream into `40 40 … 23 23` frames, however it is chunked, in time that grows with its length alone:
 * every start is judged once when its head is there and once when its end is.
 *
 * A start whose length leads nowhere must not make a later frame wait: a complete, correct frame behind it is read at
 * once. What turns out wrong is passed over byte by byte, so a frame inside it is found too. What it yields is a copy;
 * whoever stops taking pieces loses the rest.
 */
export function createPanelFraming(): { push(chunk: Buffer): Iterable<PanelPiece> } {
  const pending = createPendingBytes();
  /** Place in the stream of the first pending byte, and of the first not looked at for a start. */
  let base = 0;
  let looked = 0;
  let starts: Start[] = [];
  /** No start behind the first can be decided before so much of the stream has come. */
  let nextVerdict = 0;

  const lookForStarts = () => {
    const { bytes } = pending;
    const last = bytes.length - 1;
    let at = looked - base;
    for (; at < last; at++) {
      if (bytes[at] !== at40 || bytes[at + 1] !== at40) continue;
      // Most of what only looks like a start is told by its length, and costs no more than that.
      const lengthHigh = bytes[at + lengthOffset + 1];
      const isSending = (bytes[at + commandOffset] ?? commands.send) === commands.send;
      if (lengthHigh !== undefined && lengthHigh > maxDataBytes >> 8 && !isSending) continue;
      starts.push({ place: base + at, needs: headBytes, verdict: 'undecided' });
    }
    looked = base + Math.max(at, 0);
  };

  const judge = (start: Start): Start['verdict'] => {
    const frame = pending.bytes.subarray(start.place - base);
    while (start.verdict === 'undecided' && frame.length >= start.needs) {
      const total = frameOverhead + frame.readUInt16LE(lengthOffset);
      if (start.needs === headBytes && total <= frameOverhead + maxDataBytes) start.needs = total;
      else start.verdict = verdictOf(frame, total);
    }
    return start.verdict;
  };

  /** The first correct frame behind an undecided start. */
  const findFrame = (behind: number): Start | undefined => {
    const until = base + pending.bytes.length;
    if (until < nextVerdict) return undefined;
    nextVerdict = Number.POSITIVE_INFINITY;
    for (let n = behind + 1, start = starts[n]; start; start = starts[++n]) {
      if (judge(start) === 'frame') {
        nextVerdict = 0;
        return start;
      }
      if (start.verdict === 'undecided') nextVerdict = Math.min(nextVerdict, start.place + start.needs);
    }
    // A start that comes later may be decided with its head.
    nextVerdict = Math.min(nextVerdict, until + headBytes - 1);
    return undefined;
  };

  const dropTo = (place: number) => {
    pending.drop(place - base);
    base = place;
    looked = Math.max(looked, place);
  };
  function* garbageTo(place: number): Iterable<PanelPiece> {
    const length = place - base;
    dropTo(place);
    if (length > 0) yield { type: 'garbage', length };
  }

  function* push(chunk: Buffer): Iterable<PanelPiece> {
    pending.append(chunk);
    lookForStarts();
    let first = 0;
    for (let front = starts[first]; front; front = starts[first]) {
      const verdict = judge(front);
      const frame = verdict === 'undecided' ? findFrame(first) : verdict === 'frame' ? front : undefined;
      if (frame) {
        yield* garbageTo(frame.place);
        const bytes = Buffer.from(pending.bytes.subarray(0, frame.needs));
        dropTo(base + frame.needs);
        while ((starts[first]?.place ?? base) < base) first++;
        yield { type: 'frame', bytes };
      } else if (verdict === 'undecided') {
        break;
      } else {
        first++;
        if (verdict === 'nothing' || verdict === 'frame') continue;
        yield* garbageTo(front.place);
        yield { type: 'invalid', why: verdict, bytes: Buffer.from(pending.bytes.subarray(0, front.needs)) };
      }
    }
    starts = starts.slice(first);
    const end = base + pending.bytes.length;
    yield* garbageTo(starts[0]?.place ?? (pending.bytes.at(-1) === at40 ? end - 1 : end));
  }
  return { push };
}

/** Judges bytes that begin with a start and hold as much as can be needed: length and end first, checksum last. */
function verdictOf(bytes: Buffer, total: number): Start['verdict'] {
  const isSending = bytes[commandOffset] === commands.send;
  if (total > frameOverhead + maxDataBytes) return isSending ? 'length' : 'nothing';
  if (bytes[total - 2] !== at23 || bytes[total - 1] !== at23) return isSending ? 'end' : 'nothing';
  return bytes[total - 3] === checksum(bytes, total - 3) ? 'frame' : 'checksum';
}
