/** Smallest storage, bytes; a connection whose bytes are all read keeps no more. */
const smallestStorage = 1024;

/**
 * Bytes of a connection that are not read yet. Appending costs what was appended, however small the chunks: a sender
 * of single bytes must not make the whole be copied with each of them.
 */
export interface PendingBytes {
  /** What is pending; valid until the next `append` or `drop`. */
  readonly bytes: Buffer;
  append(chunk: Buffer): void;
  /** Lets go of the first `length` bytes. */
  drop(length: number): void;
}

/** Creates an empty queue of bytes. */
export function createPendingBytes(): PendingBytes {
  let storage = Buffer.alloc(0);
  let start = 0;
  let end = 0;
  let view = storage;

  const makeRoom = (more: number) => {
    if (end + more <= storage.length) return;
    const held = end - start;
    const target =
      (held + more) * 2 <= storage.length
        ? storage
        : Buffer.allocUnsafeSlow(Math.max(smallestStorage, (held + more) * 2));
    storage.copy(target, 0, start, end);
    storage = target;
    start = 0;
    end = held;
  };

  return {
    get bytes() {
      return view;
    },
    append: (chunk) => {
      makeRoom(chunk.length);
      chunk.copy(storage, end);
      end += chunk.length;
      view = storage.subarray(start, end);
    },
    drop: (length) => {
      start += length;
      if (start === end) {
        start = 0;
        end = 0;
        if (storage.length > smallestStorage) storage = Buffer.alloc(0);
      }
      view = storage.subarray(start, end);
    },
  };
}
