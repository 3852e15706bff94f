import { execFileSync } from 'node:child_process';
import { closeSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode } from '#runtime/errors.ts';

/** A file system of its own, small enough to be filled. */
export interface SmallDisk {
  /** Leaves no room. */
  fill(): void;
  /** Gives the room back. */
  free(): void;
  unmount(): void;
}

/** Mounts a file system in memory at a folder; needs root. */
export function mountSmallDisk(folder: string, megabytes: number): SmallDisk {
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder]);
  const ballast = join(folder, 'ballast');
  return {
    fill: () => {
      // The server goes on writing meanwhile, so how much room is left is only known by there being none.
      const { bsize } = statfsSync(folder);
      const file = openSync(ballast, 'a');
      for (let bytes = 2 ** 20; bytes >= bsize; ) {
        try {
          writeSync(file, Buffer.alloc(bytes));
        } catch (error) {
          if (errorCode(error) !== 'ENOSPC') throw error;
          bytes /= 2;
        }
      }
      closeSync(file);
    },
    free: () => rmSync(ballast, { force: true }),
    unmount: () => execFileSync('umount', ['--lazy', folder]),
  };
}
