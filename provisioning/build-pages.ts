import { execFile } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Builds the pages where there is no build, or a source is newer than it. @returns Whether it built. */
export async function buildPages(root: string): Promise<boolean> {
  const web = join(root, 'dashboard/web');
  const built = newest(join(web, 'dist'));
  if (built > 0 && built >= Math.max(newest(web, 'dist'), newest(join(root, 'contracts')))) return false;
  const vite = join(root, 'node_modules/vite/bin/vite.js');
  await promisify(execFile)(process.execPath, [vite, 'build', '--config', join(web, 'vite.config.ts')], {
    cwd: root,
  });
  return true;
}

/** Newest change below a folder, epoch ms; 0 where it is empty. */
function newest(folder: string, except?: string): number {
  let latest = 0;
  let names: string[] = [];
  try {
    names = readdirSync(folder);
  } catch {
    return 0;
  }
  for (const name of names) {
    if (name === except) continue;
    const path = join(folder, name);
    const stat = statSync(path);
    latest = Math.max(latest, stat.isDirectory() ? newest(path, except) : stat.mtimeMs);
  }
  return latest;
}
