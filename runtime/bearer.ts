import { createHash, timingSafeEqual } from 'node:crypto';
import { createLimitedLog } from './limited-log.ts';
import type { Logger } from './log.ts';
import { networkOf } from './network-of.ts';

/** A request as the check looks at it. */
export interface AskingService {
  ip: string;
  headers: { authorization?: string | undefined };
}

/**
 * Creates the check of the services' token, in constant time; a refusal is counted, and logged once a minute for each
 * network.
 */
export function createBearerCheck(token: string, told: { refusals: { inc(): void }; log: Logger }) {
  const isBearer = createBearerTest(token);
  const limited = createLimitedLog({ log: told.log });
  return {
    isService: ({ ip, headers }: AskingService): boolean => {
      if (isBearer(headers.authorization)) return true;
      const network = networkOf(ip);
      told.refusals.inc();
      limited.warn(network, { network }, 'token of the services refused');
      return false;
    },
    close: limited.close,
  };
}

/** Creates the comparison of an `Authorization` header with `Bearer <token>`, in constant time (RFC 6750). */
export function createBearerTest(token: string): (header: string | undefined) => boolean {
  const expected = digest(`Bearer ${token}`);
  return (header) => timingSafeEqual(digest(header ?? ''), expected);
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
