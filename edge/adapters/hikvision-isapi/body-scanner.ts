/** One message found in a body. */
export interface ScannedMessage {
  /** Its bytes; of one that is too long, its beginning. */
  bytes: Buffer;
  isWhole: boolean;
}

/** Finds the messages of one request body as it arrives. */
export interface BodyScanner {
  /** Returns the messages that have become whole. */
  push(chunk: Buffer): ScannedMessage[];
  /** The body is over: returns the rest. */
  end(): ScannedMessage[];
  /** Bytes the body began with, for the one who must look at a body without a message. */
  readonly head: Buffer;
}

const none = Buffer.alloc(0);
const maxBoundaryBytes = 200;
const maxHeaderBytes = 8192;
const maxHeaderLines = 40;
const maxKeptHead = 2048;
/** Parts of a body; a terminal sends an event and some pictures. What lies beyond is one message, to be looked at. */
const maxParts = 64;
/** A multipart body within a part of another, and no further. */
const maxNesting = 2;
const [lf, dash, brace, bracket, angle] = [0x0a, 0x2d, 0x7b, 0x5b, 0x3c];
/** Zeros, blanks, line ends, and the bytes of a byte order mark, by their value. */
const blanks = new Uint8Array(256);
for (const byte of [0x00, 0x09, 0x0a, 0x0d, 0x20, 0xef, 0xbb, 0xbf]) blanks[byte] = 1;

type State = 'start' | 'bare' | 'headers' | 'text' | 'passed-over' | 'done';

/**
 * Cuts a body into messages by what it holds, not by what its header declares: terminals declare one boundary and send
 * another, end lines with LF alone, leave out part headers, call a multipart body XML. Pictures run off unread.
 *
 * @param maxMessageBytes Longest message that is kept whole.
 * @param nesting Bodies that this one lies in.
 */
export function createBodyScanner(maxMessageBytes: number, nesting = 0): BodyScanner {
  let state: State = 'start';
  let pending: Buffer = none;
  let text: Buffer[] = [];
  let textBytes = 0;
  let boundary = none;
  let isPicture = false;
  let headerLines = 0;
  let parts = 0;
  let head = none;
  const found: ScannedMessage[] = [];

  const keep = (bytes: Buffer) => {
    const room = Math.max(0, maxMessageBytes - textBytes);
    if (room > 0 && bytes.length > 0) text.push(Buffer.from(bytes.subarray(0, room)));
    textBytes += bytes.length;
  };
  const finishText = () => {
    const bytes = Buffer.concat(text);
    const isWhole = textBytes <= maxMessageBytes;
    [text, textBytes] = [[], 0];
    const at = nesting < maxNesting ? innerBodyAt(bytes) : undefined;
    if (at === undefined) {
      if (firstFilled(bytes) >= 0) found.push({ bytes, isWhole });
      return;
    }
    const inner = createBodyScanner(maxMessageBytes, nesting + 1);
    found.push(...inner.push(bytes.subarray(at)), ...inner.end());
  };

  /** True where it went on and should be called again. */
  const step = (isLast: boolean): boolean => {
    if (state === 'start') return begin(isLast);
    if (state === 'headers') return readHeaders(isLast);
    if (state === 'text' || state === 'passed-over') return readPart();
    if (state === 'bare') keep(pending);
    pending = none;
    return false;
  };

  const begin = (isLast: boolean): boolean => {
    const at = firstFilled(pending);
    // A byte order mark may be cut in two.
    if (at < 0) pending = pending.subarray(-3);
    if (at < 0) return false;
    if (pending[at] !== dash) {
      state = 'bare';
      return true;
    }
    const lineEnd = pending.indexOf(lf, at);
    if (lineEnd < 0 && !isLast && pending.length - at < maxBoundaryBytes) return false;
    if (lineEnd < 0 || lineEnd - at > maxBoundaryBytes || pending[at + 1] !== dash) {
      state = 'bare';
      return true;
    }
    boundary = Buffer.from(`\n${pending.toString('latin1', at, lineEnd).trim()}`, 'latin1');
    pending = pending.subarray(lineEnd);
    state = 'headers';
    return true;
  };

  /**
   * Reads header lines up to a blank one, or up to where a message begins without one; of the others those with a `C`,
   * as in `Content-Type`, alone. The line end before what is
   * still to be read stays, since a boundary begins with it.
   */
  const readHeaders = (isLast: boolean): boolean => {
    for (;;) {
      const first = pending[1];
      if (first === brace || first === bracket || first === angle) return startPart('text');
      const lineEnd = pending.indexOf(lf, 1);
      if (lineEnd < 0 && !isLast && pending.length < maxHeaderBytes) return false;
      if (lineEnd < 0 || headerLines > maxHeaderLines) return startPart('passed-over');
      const isRead = first === undefined || blanks[first] === 1 || first === 0x43 || first === 0x63;
      const line = isRead
        ? pending.toString('latin1', 1, Math.min(lineEnd, maxBoundaryBytes)).trim()
        : 'other';
      headerLines += 1;
      pending = pending.subarray(lineEnd);
      if (line === '') return startPart(isPicture ? 'passed-over' : 'text');
      isPicture ||= /^content-type\s*:\s*(image|audio|video)\//i.test(line);
    }
  };
  const startPart = (next: State): boolean => {
    parts += 1;
    [state, isPicture, headerLines] = [parts > maxParts ? 'bare' : next, false, 0];
    return true;
  };

  const readPart = (): boolean => {
    const at = delimiterIn(pending, boundary);
    if (at === undefined) {
      // What may be the beginning of the boundary waits for more.
      const safe = Math.max(0, pending.length - boundary.length - 2);
      if (state === 'text') keep(pending.subarray(0, safe));
      pending = pending.subarray(safe);
      return false;
    }
    if (state === 'text') keep(pending.subarray(0, at));
    finishText();
    const after = at + boundary.length;
    const isClosing = pending[after] === dash && pending[after + 1] === dash;
    const lineEnd = pending.indexOf(lf, after);
    pending = lineEnd < 0 ? none : pending.subarray(lineEnd);
    state = isClosing ? 'done' : 'headers';
    return true;
  };

  const run = (isLast: boolean): ScannedMessage[] => {
    while (pending.length > 0 && step(isLast));
    return found.splice(0);
  };
  return {
    get head() {
      return head;
    },
    push: (chunk) => {
      if (head.length < maxKeptHead)
        head = Buffer.concat([head, chunk.subarray(0, maxKeptHead - head.length)]);
      pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
      return run(false);
    },
    end: () => {
      const messages = run(true);
      const last = pending.indexOf(boundary);
      if (state === 'text') keep(last < 0 ? pending : pending.subarray(0, last));
      finishText();
      return [...messages, ...found.splice(0)];
    },
  };
}

/** Offset of the line that is the boundary, once that line has come to its end; a longer word is none. */
function delimiterIn(bytes: Buffer, boundary: Buffer): number | undefined {
  for (let at = bytes.indexOf(boundary); at >= 0; at = bytes.indexOf(boundary, at + 1)) {
    const after = at + boundary.length;
    const isClosing = bytes[after] === dash && bytes[after + 1] === dash;
    if (isClosing) return at;
    const lineEnd = bytes.indexOf(lf, after);
    if (lineEnd < 0) return undefined;
    if (bytes.toString('latin1', after, lineEnd).trim() === '') return at;
  }
  return undefined;
}

/** Offset of a multipart body within a text: behind a preamble, or nested in a part; undefined where there is none. */
function innerBodyAt(bytes: Buffer): number | undefined {
  const first = firstFilled(bytes);
  const start = first < 0 ? undefined : bytes[first];
  if (start === undefined || start === brace || start === bracket || start === angle) return undefined;
  if (start === dash && bytes[first + 1] === dash) return hasLine(bytes, first) ? first : undefined;
  const at = bytes.indexOf('\n--');
  return at >= 0 && hasLine(bytes, at + 1) ? at + 1 : undefined;
}

/** Offset of the first byte that is no blank, or -1. */
function firstFilled(bytes: Uint8Array): number {
  for (let at = 0; at < bytes.length; at++) if (blanks[bytes[at] ?? 0] === 0) return at;
  return -1;
}

function hasLine(bytes: Buffer, from: number): boolean {
  const lineEnd = bytes.indexOf(lf, from);
  return lineEnd >= 0 && lineEnd - from <= maxBoundaryBytes;
}
