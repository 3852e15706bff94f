import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode } from '#runtime/errors.ts';
import type { Logger } from '#runtime/log.ts';
import type { KeptFiles } from './adapter.ts';

/** Keeps an adapter's files in a folder, which is made when the first is written; says in the log what cannot be read. */
export function openKeptFiles(folder: string, log?: Pick<Logger, 'error'>): KeptFiles {
  return {
    read: (name) => {
      try {
        return readFileSync(join(folder, name), 'utf8');
      } catch (error) {
        if (errorCode(error) !== 'ENOENT') log?.error({ err: error, name }, 'kept file cannot be read');
        return undefined;
      }
    },
    write: (name, text) => {
      mkdirSync(folder, { recursive: true });
      const file = join(folder, name);
      const fresh = `${file}.new`;
      synced(fresh, 'w', (descriptor) => writeFileSync(descriptor, text));
      renameSync(fresh, file);
      // The name is on disk with its folder alone.
      synced(folder, 'r');
    },
  };
}

function synced(path: string, flags: 'w' | 'r', write?: (descriptor: number) => void): void {
  // For the agent's eyes alone: what an adapter keeps may hold a name.
  const descriptor = openSync(path, flags, 0o600);
  try {
    write?.(descriptor);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
