import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KeptFiles } from './adapter.ts';

/** Keeps an adapter's files in a folder, which is made when the first is written. */
export function openKeptFiles(folder: string): KeptFiles {
  return {
    read: (name) => {
      try {
        return readFileSync(join(folder, name), 'utf8');
      } catch {
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
