import { cpSync, existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { prepareDemo } from '#provisioning/prepare.ts';
import { openSecrets, type Secrets } from '#provisioning/secrets.ts';
import { sharedFolder } from './machine-setup.ts';

/**
 * Makes a data folder ready for the demo. The platforms of one test run have copies of one folder: its accounts'
 * passwords take long to hash, as they are meant to.
 */
export async function prepareDemoFolder(dataDir: string): Promise<Secrets> {
  const shared = process.env[sharedFolder];
  if (!shared) return await prepareDemo(dataDir);
  const prepared = join(shared, 'demo');
  if (!existsSync(prepared)) {
    const making = mkdtempSync(join(shared, 'making-'));
    await prepareDemo(making);
    try {
      renameSync(making, prepared);
    } catch {
      // Another test file was first.
      rmSync(making, { recursive: true });
    }
  }
  cpSync(prepared, dataDir, { recursive: true });
  return openSecrets(dataDir);
}
