import { chmodSync, lstatSync, readdirSync, realpathSync, type Stats } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { errorCode } from './errors.ts';
import type { Logger } from './log.ts';

/** Bits of a mode that let group and others in. */
const othersBits = 0o077;
/** Entries of a folder that a start looks at; the upper folders come first. */
const maxEntries = 50_000;

/** What was found in a folder. */
export interface MendedFiles {
  /** Files and folders whose mode was narrowed. */
  mended: number;
  /** Files and folders that others may read and that this user may not change; the first of them by path. */
  foreign: { count: number; first?: string };
  /** False where the folder holds more than a start looks at. */
  complete: boolean;
}

/**
 * Lets this process and its children make files for its own user alone, whatever the shell said before. Workers share
 * the mask of their process.
 */
export function makeFilesPrivate(): void {
  process.umask(othersBits);
}

/**
 * Narrows a data folder and what an earlier version left in it to its owner: folders 0700, files 0600. A folder that
 * is shared by its purpose (`/tmp`, a home, one that holds the program) is left alone and named in the log.
 */
export function keepFolderPrivate(folder: string, log: Logger): void {
  // It may itself be a link to a larger disk.
  const path = unlessGone(() => realpathSync(folder)) ?? resolve(folder);
  if (isShared(path)) {
    log.warn({ folder: path }, 'data lies in a folder that others use too; give it a folder of its own');
    return;
  }
  const { mended, foreign, complete } = mendPrivateFiles(path);
  if (mended > 0) log.info({ folder: path, mended }, 'files that others could read are closed to them');
  if (foreign.count > 0) {
    log.warn(
      { folder: path, ...foreign },
      'files of another owner can be read by others; change their owner or mode',
    );
  }
  if (!complete)
    log.warn({ folder: path, maxEntries }, 'more files than a start looks at; the rest are unmended');
}

/**
 * Takes the bits of group and others from a folder and everything below it, parents before what is in them. Links are
 * not followed.
 *
 * @param uid User whose files may be changed; root's 0 may change all.
 */
export function mendPrivateFiles(
  folder: string,
  { limit = maxEntries, uid = process.getuid?.() }: { limit?: number; uid?: number | undefined } = {},
): MendedFiles {
  const found: MendedFiles = { mended: 0, foreign: { count: 0 }, complete: true };
  if (uid === undefined) return found;
  const waiting = [folder];
  for (let seen = 0; seen < waiting.length; seen++) {
    const path = waiting[seen] as string;
    // Files come and go while others run on the folder.
    const stat = unlessGone(() => lstatSync(path));
    if (!stat || !(stat.isDirectory() || stat.isFile())) continue;
    if ((stat.mode & othersBits) !== 0) {
      if (uid !== 0 && stat.uid !== uid) {
        found.foreign.first ??= path;
        found.foreign.count += 1;
      } else {
        unlessGone(() => chmodSync(path, stat.mode & 0o7777 & ~othersBits));
        found.mended += 1;
      }
    }
    if (!stat.isDirectory()) continue;
    for (const name of unlessGone(() => readdirSync(path)) ?? []) {
      if (waiting.length >= limit) found.complete = false;
      else waiting.push(join(path, name));
    }
  }
  return found;
}

function isShared(path: string): boolean {
  const stat = unlessGone<Stats>(() => lstatSync(path));
  const isSticky = stat !== undefined && (stat.mode & 0o1000) !== 0;
  const holds = (inner: string) => `${inner}/`.startsWith(path === '/' ? '/' : `${path}/`);
  return isSticky || holds(homedir()) || holds(resolve(import.meta.dirname, '..'));
}

/** Undefined for what is gone, or what this user may not look into. */
function unlessGone<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM'].includes(errorCode(error) ?? '')) return undefined;
    throw error;
  }
}
