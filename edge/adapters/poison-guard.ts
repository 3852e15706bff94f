import { createHash } from 'node:crypto';
import { errorCode } from '#runtime/errors.ts';
import type { Logger } from '#runtime/log.ts';

/** A message that fails so many times in a row is set aside, and its stream goes on. */
export const maxFailures = 3;

/** Most messages whose failures are remembered; beyond it the one that failed longest ago begins anew. */
const maxRemembered = 1000;

/** Runs work on messages that their sender sends again until it goes through. */
export interface PoisonGuard {
  /**
   * Runs `work` on a message. The third failure of the same bytes is not thrown: `setAside` is run in the place of the
   * work, and its answer given. Want of room or a fault of the disk is no fault of the message: it is always thrown.
   *
   * @param setAside Keeps what can be kept, e.g. raises an `unreadable-alarm` with the first bytes.
   * @throws what `work` throws, so that the sender tries again; or what `setAside` throws, which is tried again too.
   */
  attempt<T>(message: Uint8Array | string, work: () => T, setAside: (error: unknown) => T): T;
}

/** Counts the failures of messages by their bytes; counts `set-aside` and logs each that is. */
export function createPoisonGuard(context: {
  count(what: string): void;
  log: Pick<Logger, 'error'>;
}): PoisonGuard {
  const failures = new Map<string, number>();
  return {
    attempt: (message, work, setAside) => {
      try {
        const done = work();
        if (failures.size > 0) failures.delete(digestOf(message));
        return done;
      } catch (error) {
        if (isWantOfRoom(error)) throw error;
        const digest = digestOf(message);
        const failed = (failures.get(digest) ?? 0) + 1;
        remember(failures, digest, failed);
        if (failed < maxFailures) throw error;
        const answer = setAside(error);
        failures.delete(digest);
        context.count('set-aside');
        context.log.error({ err: error, digest, failed }, 'message fails again and again, set aside');
        return answer;
      }
    },
  };
}

/** True where the outbox has no room or the disk fails: another time the same message goes through. */
function isWantOfRoom(error: unknown): boolean {
  const code = errorCode(error);
  return code === 'OUTBOX_FULL' || code === 'ERR_SQLITE_ERROR';
}

function remember(failures: Map<string, number>, digest: string, failed: number): void {
  failures.delete(digest);
  const [oldest] = failures.keys();
  if (failures.size >= maxRemembered && oldest !== undefined) failures.delete(oldest);
  failures.set(digest, failed);
}

function digestOf(message: Uint8Array | string): string {
  return createHash('sha256').update(message).digest('hex').slice(0, 32);
}
