import { rename, rm } from 'node:fs/promises';
import persistenceLevel from 'aedes-persistence-level';
import { Level } from 'level';
import { errorCode } from '#runtime/errors.ts';
import type { Logger } from '#runtime/log.ts';
import { BrokerError } from './errors.ts';
import { type RetainedLimits, RetainedMessages } from './retained-messages.ts';

/**
 * Opens the retained messages of a folder; `disk` is the store they are in.
 *
 * A damaged folder is renamed to `<folder>.damaged` and a new one is made. Where that fails too, for example on a full
 * disk, the messages are in memory only: publishers send them again, and a broker that does not start carries no alarm.
 *
 * @throws {BrokerError} `BROKER_STORE_LOCKED` where another process has the folder open.
 */
export async function openRetainedMessages(
  folder: string,
  limits: RetainedLimits,
  log: Logger,
): Promise<{ retained: RetainedMessages; disk?: Level; close: () => Promise<void> }> {
  for (const attempt of ['as it is', 'anew'] as const) {
    const db = new Level(folder);
    try {
      await db.open();
      const retained = new RetainedMessages(limits, persistenceLevel(db), log);
      await retained.load();
      return {
        retained,
        disk: db,
        close: async () => {
          await retained.close();
          await db.close();
        },
      };
    } catch (error) {
      await db.close().catch(() => undefined);
      throwIfLocked(error, folder);
      log.error({ err: error, folder, attempt }, 'retained messages not readable');
      if (attempt === 'as it is') await moveDamaged(folder, log);
    }
  }
  const retained = new RetainedMessages(limits, undefined, log);
  return { retained, close: () => retained.close() };
}

function throwIfLocked(error: unknown, folder: string): void {
  const cause = error instanceof Error ? error.cause : undefined;
  if (errorCode(error) !== 'LEVEL_LOCKED' && errorCode(cause) !== 'LEVEL_LOCKED') return;
  throw new BrokerError(
    'BROKER_STORE_LOCKED',
    'store',
    `broker: ${folder} is in use by another broker; stop it or set BROKER_DATA_DIR to another folder`,
    { cause: error },
  );
}

async function moveDamaged(folder: string, log: Logger): Promise<void> {
  const damaged = `${folder}.damaged`;
  try {
    await rm(damaged, { recursive: true, force: true });
    await rename(folder, damaged);
  } catch (error) {
    log.error({ err: error, folder }, 'damaged folder cannot be renamed');
  }
}
