import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** Called once a chunk is taken by the connection below, or cannot be. */
export type WriteDone = (error?: Error | null) => void;

/** Whom a writer tells, and by which clock it waits. */
export interface PieceWriterOptions {
  /** Monotonic ms. */
  now: () => number;
  onSent: (bytes: number) => void;
}

/** Written at once, so that a slow link shows progress. */
const pieceBytes = 131_072;
/** Up to here a copy costs less than a vectored write. */
const copiedBytes = 16_384;

/** Writes to a connection in pieces, and knows since when it waits for the other end to take one. */
export class PieceWriter {
  readonly #inner: Duplex;
  readonly #options: PieceWriterOptions;
  #waitingSince: number | undefined;

  constructor(inner: Duplex, options: PieceWriterOptions) {
    this.#inner = inner;
    this.#options = options;
  }

  /** When the piece in hand was given to the connection; undefined where all is taken. */
  get waitingSince(): number | undefined {
    return this.#waitingSince;
  }

  /** Writes a chunk, one piece after another. */
  write(data: Buffer, done: WriteDone): void {
    this.#writeFrom(data, 0, done);
  }

  /** Writes chunks as one: one segment on TCP, one frame on WebSocket. */
  writeAll(chunks: readonly Buffer[], done: WriteDone): void {
    const bytes = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
    if (this.#inner instanceof Socket && bytes > copiedBytes && bytes <= pieceBytes) {
      this.#writeVector(chunks, bytes, done);
    } else this.#writeFrom(Buffer.concat(chunks, bytes), 0, done);
  }

  #writeVector(chunks: readonly Buffer[], bytes: number, done: WriteDone): void {
    this.#waitingSince = this.#options.now();
    this.#inner.cork();
    for (const chunk of chunks.slice(0, -1)) this.#inner.write(chunk);
    this.#inner.write(chunks.at(-1), (error) => {
      this.#waitingSince = undefined;
      done(error);
    });
    this.#inner.uncork();
    this.#options.onSent(bytes);
  }

  #writeFrom(data: Buffer, from: number, done: WriteDone): void {
    const piece = data.length <= pieceBytes ? data : data.subarray(from, from + pieceBytes);
    this.#waitingSince = this.#options.now();
    this.#inner.write(piece, (error) => {
      this.#waitingSince = undefined;
      const at = from + piece.length;
      if (error || at >= data.length) done(error);
      else this.#writeFrom(data, at, done);
    });
    this.#options.onSent(piece.length);
  }
}
