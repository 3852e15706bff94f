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
const maxKeptHead = 2048;
/** A multipart body within a part of another, and no further. */
const maxNesting = 2;
const [lf, dash, brace, bracket, angle] = [0x0a, 0x2d, 0x7b, 0x5b, 0x3c];
const blanks = new Set([0x00, 0x09, 0x0a, 0x0d, 0x20, 0xef, 0xbb, 0xbf]);

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
      if (bytes.some((byte) => !blanks.has(byte))) found.push({ bytes, isWhole });
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
    const at = pending.findIndex((byte) => !blanks.has(byte));
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
    pending = pending.subarray(lineEnd + 1);
    state = 'headers';
    return true;
  };

  /** Reads header lines up to a blank one, or up to where a message begins without one. */
  const readHeaders = (isLast: boolean): boolean => {
    let isPicture = false;
    for (let at = 0; at < pending.length; ) {
      const lineEnd = pending.indexOf(lf, at);
      const first = pending[at];
      if (first === brace || first === bracket || first === angle) return startPart(at, 'text');
      if (lineEnd < 0) {
        if (!isLast && pending.length < maxHeaderBytes) return false;
        return startPart(at, 'passed-over');
      }
      const line = pending.toString('latin1', at, lineEnd).trim();
      at = lineEnd + 1;
      if (line === '') return startPart(at, isPicture ? 'passed-over' : 'text');
      isPicture ||= /^content-type\s*:\s*(image|audio|video)\//i.test(line);
    }
    return pending.length > maxHeaderBytes && startPart(0, 'passed-over');
  };
  const startPart = (at: number, next: State): boolean => {
    pending = Buffer.concat([Buffer.from([lf]), pending.subarray(at)]);
    state = next;
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
    pending = lineEnd < 0 ? none : pending.subarray(lineEnd + 1);
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
  const first = bytes.findIndex((byte) => !blanks.has(byte));
  const start = first < 0 ? undefined : bytes[first];
  if (start === undefined || start === brace || start === bracket || start === angle) return undefined;
  if (start === dash && bytes[first + 1] === dash) return hasLine(bytes, first) ? first : undefined;
  const at = bytes.indexOf('\n--');
  return at >= 0 && hasLine(bytes, at + 1) ? at + 1 : undefined;
}

function hasLine(bytes: Buffer, from: number): boolean {
  const lineEnd = bytes.indexOf(lf, from);
  return lineEnd >= 0 && lineEnd - from <= maxBoundaryBytes;
}
