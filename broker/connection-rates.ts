import { LRUCache } from 'lru-cache';
import { services } from '#registry/credentials.ts';
import type { Session } from './sign-in.ts';
import { TokenBucket } from './token-bucket.ts';

/** Rates of a connection once it signed in; bursts are twice a second's worth. */
export interface ConnectionRateLimits {
  gatewayMessagesPerS: number;
  gatewayBytesPerS: number;
  serviceMessagesPerS: number;
  serviceBytesPerS: number;
  maxConnections: number;
}

/** What a connection may still send. */
export interface ConnectionRate {
  messages: TokenBucket;
  bytes: TokenBucket;
}

const burstSeconds = 2;

/**
 * Rates of connections, which outlive them: an identity has as many as it ever had connections at once, and whoever
 * comes back takes the one that was left last, its debt with it. Reconnecting gains no new burst.
 */
export class ConnectionRates {
  readonly #limits: ConnectionRateLimits;
  readonly #left: LRUCache<string, ConnectionRate[]>;

  constructor(limits: ConnectionRateLimits) {
    this.#limits = limits;
    this.#left = new LRUCache({ max: limits.maxConnections + services.length });
  }

  /** Takes the rate of a new connection of an identity. */
  take({ username, identity }: Session, now: number): ConnectionRate {
    const left = this.#left.get(username)?.pop();
    if (left) return left;
    const bucket = (perS: number) => new TokenBucket(perS, perS * burstSeconds, now);
    const { gatewayMessagesPerS, gatewayBytesPerS, serviceMessagesPerS, serviceBytesPerS } = this.#limits;
    return identity.kind === 'gateway'
      ? { messages: bucket(gatewayMessagesPerS), bytes: bucket(gatewayBytesPerS) }
      : { messages: bucket(serviceMessagesPerS), bytes: bucket(serviceBytesPerS) };
  }

  /** Keeps the rate of a connection that has ended. */
  leave(username: string, rate: ConnectionRate): void {
    const left = this.#left.get(username);
    if (left) left.push(rate);
    else this.#left.set(username, [rate]);
  }
}
