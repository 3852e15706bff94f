import type { LRUCache } from 'lru-cache';
import { services } from '#registry/credentials.ts';
import { createBoundedMap } from '#runtime/bounded-map.ts';
import type { Session } from './sign-in.ts';
import { TokenBucket } from './token-bucket.ts';

/** Limits of a signed-in connection; a burst may have two seconds' worth. */
export interface ConnectionRateLimits {
  gatewayMessagesPerS: number;
  gatewayBytesPerS: number;
  serviceMessagesPerS: number;
  serviceBytesPerS: number;
  maxConnections: number;
}

/** What a connection may send: packets and bytes. */
export interface ConnectionRate {
  messages: TokenBucket;
  bytes: TokenBucket;
}

const burstSeconds = 2;

/**
 * The rates of connections. They outlive the connections, so that reconnecting gains no new burst.
 *
 * An identity with two connections has two rates. When one closes and comes back, it gets the rate that was released
 * last, with the debt it had.
 */
export class ConnectionRates {
  readonly #limits: ConnectionRateLimits;
  readonly #released: LRUCache<string, ConnectionRate[]>;

  constructor(limits: ConnectionRateLimits) {
    this.#limits = limits;
    this.#released = createBoundedMap(limits.maxConnections + services.length);
  }

  /** Returns the rate for a new connection of an identity: one released before, or a full one. */
  acquire({ username, identity }: Session, now: number): ConnectionRate {
    const released = this.#released.get(username)?.pop();
    if (released) return released;
    const bucket = (perS: number) => new TokenBucket(perS, perS * burstSeconds, now);
    const { gatewayMessagesPerS, gatewayBytesPerS, serviceMessagesPerS, serviceBytesPerS } = this.#limits;
    return identity.kind === 'gateway'
      ? { messages: bucket(gatewayMessagesPerS), bytes: bucket(gatewayBytesPerS) }
      : { messages: bucket(serviceMessagesPerS), bytes: bucket(serviceBytesPerS) };
  }

  /** Keeps the rate of a closed connection for the next one. */
  release(username: string, rate: ConnectionRate): void {
    const released = this.#released.get(username);
    if (released) released.push(rate);
    else this.#released.set(username, [rate]);
  }
}
