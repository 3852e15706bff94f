import { existsSync, mkdtempSync, readdirSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { bundledLibrariesFlags, bundleLibraries, compileCache } from '#provisioning/bundle-libraries.ts';

const inMemory = '/dev/shm';
const leastFreeBytes = 4 * 1024 ** 3;
const prefix = 'shouwang-tests-';

/** Variable that names the folder of this run, for what its test files share. */
export const sharedFolder = 'TESTS_SHARED_FOLDER';

/** What all test processes share of the machine: compiled code, bundled libraries, and temporary folders in memory. */
export default async function setup(): Promise<() => void> {
  const root = resolve(import.meta.dirname, '../..');
  process.env.NODE_COMPILE_CACHE ??= compileCache(root);
  await bundleLibraries(root);
  process.env.NODE_OPTIONS = [process.env.NODE_OPTIONS ?? '', ...bundledLibrariesFlags(root)]
    .join(' ')
    .trim();
  const removeFolders = putFoldersInMemory();
  const shared = mkdtempSync(join(tmpdir(), 'tests-shared-'));
  process.env[sharedFolder] = shared;
  return () => {
    rmSync(shared, { recursive: true, force: true });
    removeFolders?.();
  };
}

/** A sync to the disk costs a turn of what all test files share; Linux offers folders that need none. */
function putFoldersInMemory(): (() => void) | undefined {
  if (!existsSync(inMemory)) return undefined;
  removeLeftovers();
  const { bavail, bsize } = statfsSync(inMemory);
  if (bavail * bsize < leastFreeBytes) return undefined;
  const folder = mkdtempSync(join(inMemory, `${prefix}${process.pid}-`));
  process.env.TMPDIR = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}

/** A run that was killed leaves its folder, which would hold memory until the machine restarts. */
function removeLeftovers(): void {
  for (const name of readdirSync(inMemory)) {
    const pid = name.startsWith(prefix) ? name.slice(prefix.length).split('-')[0] : undefined;
    if (pid && !existsSync(`/proc/${pid}`)) rmSync(join(inMemory, name), { recursive: true, force: true });
  }
}
