import { createHash } from 'node:crypto';
import { errorCode } from '#runtime/errors.ts';
import type { Logger } from '#runtime/log.ts';

/** Failures in a row after which a message becomes a dead letter, and its stream goes on. */
export const maxFailures = 3;

/** Most messages whose failures are remembered; beyond it the one that failed longest ago begins anew. */
const maxRemembered = 1000;

/** Runs work on messages that their sender resends until they are accepted. */
export interface PoisonGuard {
  /**
   * Runs `work` on a message. At the third failure of the same bytes `deadLetter` runs instead, and its result is
   * returned. A full outbox or a fault of the disk is not a failure of the message: it is always thrown.
   *
   * @param deadLetter Stores what can be stored, e.g. raises an `unreadable-alarm` with the first bytes.
   * @throws what `work` or `deadLetter` throws, so that the sender tries again.
   */
  attempt<T>(message: Uint8Array | string, work: () => T, deadLetter: (error: unknown) => T): T;
}

/** Counts failures by the bytes of the message; counts and logs each dead letter. */
export function createPoisonGuard(context: {
  count(what: string): void;
  log: Pick<Logger, 'error'>;
}): PoisonGuard {
  const failures = new Map<string, number>();
  return {
    attempt: (message, work, deadLetter) => {
      try {
        const done = work();
        if (failures.size > 0) failures.delete(digestOf(message));
        return done;
      } catch (error) {
        if (isStorageFailure(error)) throw error;
        const digest = digestOf(message);
        const failed = (failures.get(digest) ?? 0) + 1;
        remember(failures, digest, failed);
        if (failed < maxFailures) throw error;
        const answer = deadLetter(error);
        failures.delete(digest);
        context.count('dead-letters');
        context.log.error({ err: error, digest, failed }, 'poison message, dead letter');
        return answer;
      }
    },
  };
}

/** True where the outbox is full or the disk fails: later the same message is accepted. */
function isStorageFailure(error: unknown): boolean {
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
