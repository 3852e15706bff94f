import { rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const fileName = 'store-drop-refused';

/** Asks the store that runs on a data folder to let go of what it refused; it takes this up within seconds. */
export function requestDrop(dataDir: string): void {
  writeFileSync(join(dataDir, fileName), '');
}

/** True once for a request that waits in a data folder. */
export function takeDropRequest(dataDir: string): boolean {
  const file = join(dataDir, fileName);
  if (!statSync(file, { throwIfNoEntry: false })) return false;
  rmSync(file, { force: true });
  return true;
}
