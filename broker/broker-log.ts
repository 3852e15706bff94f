import { createLimitedLog } from '#runtime/limited-log.ts';
import type { Logger } from '#runtime/log.ts';
import { networkOf } from '#runtime/network-of.ts';
import type { RefusalReason } from './errors.ts';

type Fields = Record<string, unknown>;

/** What clients can cause the broker to log: a line a minute for each of them and reason, and a count. */
export interface BrokerLog {
  /** Of one who has not signed in, at `warn`. */
  ofStranger(address: string, reason: RefusalReason | string, fields: Fields, message: string): void;
  /** Of one who signed in, or of the broker's own message, at `warn`. */
  ofIdentity(
    username: string | undefined,
    reason: RefusalReason | string,
    fields: Fields,
    message: string,
  ): void;
  /** An orderly end, at `info`. */
  ended(username: string, fields: Fields): void;
  /** Tells the counts not told yet. */
  close(): void;
}

/** Strangers with a line of their own a minute; networks are many, and cheap to have. */
const maxStrangers = 100;
/** Identities and reasons with a line of their own a minute. */
const maxIdentities = 500;

/** Creates the log; strangers and identities have each their own room, so that neither fills the other's. */
export function createBrokerLog(log: Logger, now: () => number): BrokerLog {
  const strangers = createLimitedLog({ log, maxKeys: maxStrangers, now });
  const identities = createLimitedLog({ log, maxKeys: maxIdentities, now });
  return {
    ofStranger: (address, reason, fields, message) =>
      strangers.warn(`${reason} ${networkOf(address)}`, { address, reason, ...fields }, message),
    ofIdentity: (username, reason, fields, message) =>
      identities.warn(`${reason} ${username}`, { username, reason, ...fields }, message),
    ended: (username, fields) =>
      identities.info(`ended ${username}`, { username, ...fields }, 'disconnected'),
    close: () => {
      strangers.close();
      identities.close();
    },
  };
}
