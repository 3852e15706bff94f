import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** The clock of a write queue, and the callback for what it has sent. */
export interface WriteQueueOptions {
  /** Monotonic ms. */
  now: () => number;
  onSent: (bytes: number) => void;
}

/** Written at once at most, so that a slow link shows progress. */
const pieceBytes = 131_072;
/** Shorter chunks are copied together: each further chunk of a vectored write costs more than its copy. */
const copiedBytes = 4096;

/**
 * Bytes on their way to a connection.
 *
 * Aedes writes a message in six chunks, and each message by itself. The chunks of one turn of the event loop leave in
 * one system call, small ones as one buffer: 100 messages of 200 bytes are one write of 20 kB, not 100 writes.
 */
export class WriteQueue {
  readonly #inner: Duplex;
  readonly #options: WriteQueueOptions;
  #chunks: Buffer[] = [];
  #bytes = 0;
  #waitingSince: number | undefined;
  #isFlushDue = false;
  #onEmpty: (() => void) | undefined;

  constructor(inner: Duplex, options: WriteQueueOptions) {
    this.#inner = inner;
    this.#options = options;
  }

  /** Bytes that the connection below has not taken yet. */
  get bytes(): number {
    return this.#bytes;
  }

  /** When the piece in hand was given to the connection below; undefined where it has taken everything. */
  get waitingSince(): number | undefined {
    return this.#waitingSince;
  }

  /** Adds a chunk, which is written at the end of this turn of the event loop. */
  append(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    if (this.#isFlushDue || this.#waitingSince !== undefined) return;
    this.#isFlushDue = true;
    setImmediate(() => {
      this.#isFlushDue = false;
      this.flush();
    });
  }

  /** Writes now what waits, unless a piece is on its way: then the rest follows it. */
  flush(): void {
    if (this.#chunks.length === 0 || this.#waitingSince !== undefined || this.#inner.destroyed) return;
    const { buffers, bytes } = this.#takePiece();
    this.#waitingSince = this.#options.now();
    this.#write(buffers, (error) => {
      this.#waitingSince = undefined;
      this.#bytes -= bytes;
      // The connection below says by itself that it has failed.
      if (error) return;
      this.flush();
      if (this.#bytes === 0) this.#onEmpty?.();
    });
    this.#options.onSent(bytes);
  }

  /** Calls back once everything is written. */
  whenEmpty(done: () => void): void {
    if (this.#bytes === 0) done();
    else this.#onEmpty = done;
  }

  #write(buffers: readonly Buffer[], done: (error?: Error | null) => void): void {
    const [only] = buffers;
    if (only && buffers.length === 1) this.#inner.write(only, done);
    else if (this.#inner instanceof Socket) {
      this.#inner.cork();
      for (const buffer of buffers.slice(0, -1)) this.#inner.write(buffer);
      this.#inner.write(buffers.at(-1) as Buffer, done);
      this.#inner.uncork();
    } else this.#inner.write(Buffer.concat(buffers), done); // One WebSocket frame.
  }

  /** Takes at most `pieceBytes` from the front, small chunks joined. */
  #takePiece(): { buffers: Buffer[]; bytes: number } {
    const buffers: Buffer[] = [];
    let small: Buffer[] = [];
    const joinSmall = () => {
      if (small.length > 0) buffers.push(small.length === 1 ? (small[0] as Buffer) : Buffer.concat(small));
      small = [];
    };
    let bytes = 0;
    let taken = 0;
    for (const chunk of this.#chunks) {
      if (bytes + chunk.length > pieceBytes && bytes > 0) break;
      const part = chunk.length > pieceBytes ? chunk.subarray(0, pieceBytes) : chunk;
      if (part.length < copiedBytes) small.push(part);
      else {
        joinSmall();
        buffers.push(part);
      }
      bytes += part.length;
      if (part.length < chunk.length) {
        this.#chunks[taken] = chunk.subarray(part.length);
        break;
      }
      taken++;
    }
    joinSmall();
    if (taken === this.#chunks.length) this.#chunks = [];
    else this.#chunks.splice(0, taken);
    return { buffers, bytes };
  }
}
