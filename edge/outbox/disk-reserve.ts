import { randomFillSync } from 'node:crypto';
import { closeSync, fsyncSync, openSync, rmSync, statSync, writeSync } from 'node:fs';

/** Disk space kept for alarms by a file that can be removed when the disk is full. */
export interface DiskReserve {
  /** Frees the space. @returns False where there was none to free. */
  release(): boolean;
  /** Takes the space again. @returns False where the disk has no room for it. */
  restore(): boolean;
}

const chunkBytes = 1_048_576;

/** Describes a reserve of `bytes` at `file`; `restore` takes it. */
export function createDiskReserve(file: string, bytes: number): DiskReserve {
  let held = sizeOf(file) >= bytes;
  return {
    release: () => {
      const wasHeld = sizeOf(file) > 0;
      rmSync(file, { force: true });
      held = false;
      return wasHeld;
    },
    restore: () => {
      held ||= fill(file, bytes);
      return held;
    },
  };
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

function fill(file: string, bytes: number): boolean {
  // Random, so that a file system that compresses or leaves holes keeps the space all the same.
  const chunk = randomFillSync(Buffer.alloc(Math.min(chunkBytes, bytes)));
  let descriptor: number | undefined;
  try {
    descriptor = openSync(file, 'w', 0o600);
    for (let written = 0; written < bytes; ) {
      written += writeSync(descriptor, chunk, 0, Math.min(chunk.length, bytes - written));
    }
    fsyncSync(descriptor);
    return true;
  } catch {
    rmSync(file, { force: true });
    return false;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
