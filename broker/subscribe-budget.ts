import { LRUCache } from 'lru-cache';
import { TokenBucket } from './token-bucket.ts';

/** Bounds of what subscribing costs; a token is the work of one retained message sent, about 20 µs. */
export interface SubscribeBudgetLimits {
  /** Tokens a second of one identity; one connection has half of them. */
  subscribeTokensPerS: number;
  /** A connection may at any time ask for all that is retained, once. */
  maxRetained: number;
  /** Debt from which on an identity is not let in, in ms. */
  maxRateDebtMs: number;
  /** Identities whose debt is remembered; each of the registry's has a place. */
  maxIdentities: number;
}

/** Tokens of a CONNECT that signs in. */
const connectTokens = 25;
/** Tokens of each filter of a SUBSCRIBE, what it matches aside. */
const filterTokens = 10;

/**
 * What an identity may spend on signing in and subscribing.
 *
 * Both cost far more than the bytes that ask for them: without a budget a client that subscribes, hangs up and comes
 * back in a circle takes the broker's whole time, within every rate of messages and bytes.
 */
export class SubscribeBudget {
  readonly #limits: SubscribeBudgetLimits;
  readonly #byUser: LRUCache<string, TokenBucket>;
  readonly #byConnection = new WeakMap<object, TokenBucket>();

  constructor(limits: SubscribeBudgetLimits) {
    this.#limits = limits;
    this.#byUser = new LRUCache({ max: limits.maxIdentities });
  }

  /** Takes the cost of a CONNECT that signs in; false, and nothing taken, where its identity owes too much. */
  connect(username: string, now: number): boolean {
    const ofUser = this.#ofUser(username, now);
    if (ofUser.take(0, now) > this.#limits.maxRateDebtMs) return false;
    ofUser.take(connectTokens, now);
    return true;
  }

  /** Takes the cost of a filter; what is returned is the debt of the connection or its identity, in ms. */
  subscribe(connection: object, username: string, matched: number, now: number): number {
    const tokens = filterTokens + matched;
    const ofUser = this.#ofUser(username, now).take(tokens, now);
    return Math.max(ofUser, this.#ofConnection(connection, now).take(tokens, now));
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
