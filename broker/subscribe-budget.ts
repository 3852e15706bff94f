import type { LRUCache } from 'lru-cache';
import { createBoundedMap } from '#runtime/bounded-map.ts';
import { TokenBucket } from './token-bucket.ts';

/** Limits of the work of subscribing. One token is the work of sending one retained message, about 20 µs. */
export interface SubscribeBudgetLimits {
  /** Tokens a second of one identity; one connection has half of them. */
  subscribeTokensPerS: number;
  /** A connection may at any time ask for all that is retained, once. */
  maxRetained: number;
  /** An identity that owes more is refused at CONNECT, in ms. */
  maxThrottleMs: number;
  /** Identities whose debt is remembered; each of the registry's has a place. */
  maxIdentities: number;
}

/** Tokens of a CONNECT that signs in. */
const connectTokens = 25;
/** Tokens of each filter of a SUBSCRIBE, besides one for each retained message it matches. */
const filterTokens = 10;

/**
 * Limits the work an identity causes by signing in and subscribing.
 *
 * Both cost far more than their bytes. Without this limit a client that subscribes, disconnects and reconnects in a
 * loop takes all the broker's time without breaking any limit of messages or bytes.
 */
export class SubscribeBudget {
  readonly #limits: SubscribeBudgetLimits;
  readonly #byUser: LRUCache<string, TokenBucket>;
  readonly #byConnection = new WeakMap<object, TokenBucket>();

  constructor(limits: SubscribeBudgetLimits) {
    this.#limits = limits;
    this.#byUser = createBoundedMap(limits.maxIdentities);
  }

  /** Counts a CONNECT that signs in; returns false and counts nothing where its identity owes too much. */
  consumeConnect(username: string, now: number): boolean {
    const ofUser = this.#ofUser(username, now);
    if (ofUser.consume(0, now) > this.#limits.maxThrottleMs) return false;
    ofUser.consume(connectTokens, now);
    return true;
  }

  /** Counts a filter; returns the debt of the connection or its identity, in ms. */
  consumeSubscribe(connection: object, username: string, matched: number, now: number): number {
    const tokens = filterTokens + matched;
    const ofUser = this.#ofUser(username, now).consume(tokens, now);
    return Math.max(ofUser, this.#ofConnection(connection, now).consume(tokens, now));
  }

  #ofUser(username: string, now: number): TokenBucket {
    let bucket = this.#byUser.get(username);
    if (!bucket) {
      bucket = this.#bucket(1, now);
      this.#byUser.set(username, bucket);
    }
    return bucket;
  }

  #ofConnection(connection: object, now: number): TokenBucket {
    let bucket = this.#byConnection.get(connection);
    if (!bucket) {
      bucket = this.#bucket(0.5, now);
      this.#byConnection.set(connection, bucket);
    }
    return bucket;
  }

  #bucket(share: number, now: number): TokenBucket {
    const { subscribeTokensPerS, maxRetained } = this.#limits;
    const burst = 2 * (maxRetained + subscribeTokensPerS);
    return new TokenBucket(subscribeTokensPerS * share, burst * share, now);
  }
}
