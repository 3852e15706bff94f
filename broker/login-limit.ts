import type { LRUCache } from 'lru-cache';
import { createBoundedMap } from '#runtime/bounded-map.ts';

/** Settings of the login limit. */
export interface LoginLimitOptions {
  failures: number;
  windowMs: number;
  refusalMs: number;
  maxNetworks: number;
}

/**
 * Counts failed sign-ins by network.
 *
 * A refused network's failing CONNECTs no longer cause a read of the registry. A right secret is accepted from every
 * network: otherwise whoever shares a gateway's address could silence its alarms.
 */
export class LoginLimit {
  readonly #failures: number;
  readonly #counts: LRUCache<string, { failures: number }>;
  readonly #refused: LRUCache<string, true>;

  /** @param now Monotonic ms. */
  constructor({ failures, windowMs, refusalMs, maxNetworks }: LoginLimitOptions, now: () => number) {
    this.#failures = failures;
    const clock = { perf: { now }, ttlResolution: 0 };
    this.#counts = createBoundedMap(maxNetworks, { ...clock, ttl: windowMs });
    this.#refused = createBoundedMap(maxNetworks, { ...clock, ttl: refusalMs });
  }

  /** True while a network is refused. */
  isRefused(network: string): boolean {
    return this.#refused.has(network);
  }

  /** Counts a failure; returns true where it is the one that makes the network refused. */
  fail(network: string): boolean {
    const count = this.#counts.get(network) ?? { failures: 0 };
    if (count.failures === 0) this.#counts.set(network, count);
    count.failures++;
    if (count.failures < this.#failures || this.isRefused(network)) return false;
    this.#refused.set(network, true);
    this.#counts.delete(network);
    return true;
  }

  /** Networks whose failures are counted. */
  get size(): number {
    return this.#counts.size;
  }
}
