import { createLimitedLog } from '#runtime/limited-log.ts';
import type { Logger } from '#runtime/log.ts';
import { networkOf } from '#runtime/network-of.ts';
import type { RefusalReason } from './errors.ts';

type Fields = Record<string, unknown>;

/** Log lines that clients can cause. Each client and reason has one line a minute, then a count. */
export interface BrokerLog {
  /** About a connection that has not signed in, at `warn`. */
  forAddress(address: string, reason: RefusalReason | string, fields: Fields, message: string): void;
  /** About a signed-in identity, or the broker's own message, at `warn`. */
  forIdentity(
    username: string | undefined,
    reason: RefusalReason | string,
    fields: Fields,
    message: string,
  ): void;
  /** An orderly end, at `info`. */
  ended(username: string, fields: Fields): void;
  /** Logs the counts that are still due. */
  close(): void;
}

/** Networks and reasons with a line of their own a minute; an attacker may have many networks. */
const maxNetworks = 100;
/** Identities and reasons with a line of their own a minute. */
const maxIdentities = 500;

/** Creates the log. Networks and identities are limited apart, so that neither takes the other's lines. */
export function createBrokerLog(log: Logger, now: () => number): BrokerLog {
  const networks = createLimitedLog({ log, maxKeys: maxNetworks, now });
  const identities = createLimitedLog({ log, maxKeys: maxIdentities, now });
  return {
    forAddress: (address, reason, fields, message) =>
      networks.warn(`${reason} ${networkOf(address)}`, { address, reason, ...fields }, message),
    forIdentity: (username, reason, fields, message) =>
      identities.warn(`${reason} ${username}`, { username, reason, ...fields }, message),
    ended: (username, fields) =>
      identities.info(`ended ${username}`, { username, ...fields }, 'disconnected'),
    close: () => {
      networks.close();
      identities.close();
    },
  };
}
