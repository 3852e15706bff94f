import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode } from '#runtime/errors.ts';
import type { Logger } from '#runtime/log.ts';

/** Whose folder it is, and where. */
export interface GatewayFolderOptions {
  dataDir: string;
  community: string;
  gateway: string;
  log: Pick<Logger, 'info' | 'warn'>;
}

/**
 * The folder of a gateway, named after its community too: agents of two communities in one data folder have an outbox
 * each. What an earlier version kept under the gateway's id alone is taken over, unsent alarms with it.
 *
 * Agent and flow editor both ask for it before they write there, in whatever order they start.
 */
export function openGatewayFolder({ dataDir, community, gateway, log }: GatewayFolderOptions): string {
  // No id has a full stop in it, so that no other gateway has this name.
  const folder = join(dataDir, 'gateways', `${community}.${gateway}`);
  const earlier = join(dataDir, 'gateways', gateway);
  try {
    // One step for the file system, which refuses it where the folder holds anything by now.
    renameSync(earlier, folder);
    log.info({ earlier, folder }, 'the folder of an earlier version is taken over');
  } catch (error) {
    if (!['ENOENT', 'ENOTEMPTY', 'EEXIST'].includes(errorCode(error) ?? '')) throw error;
    if (existsSync(earlier))
      log.warn({ earlier, folder }, 'an earlier folder is left: nobody sends its records');
  }
  return folder;
}
