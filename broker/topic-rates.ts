import type { LRUCache } from 'lru-cache';
import type { GatewayTopicName } from '#contracts/topics.ts';
import { createBoundedMap } from '#runtime/bounded-map.ts';
import { TokenBucket } from './token-bucket.ts';

/** Limits of one gateway by topic, all its connections together; a burst may have two seconds' worth. */
export interface TopicRateLimits {
  alarmMessagesPerS: number;
  alarmBytesPerS: number;
  telemetryBytesPerS: number;
  stateMessagesPerS: number;
  /** Gateways whose debt is remembered: as many as can be connected. */
  maxIdentities: number;
}

type Lane = 'alarm' | 'telemetry' | 'state';
type Buckets = Record<Lane, { messages?: TokenBucket; bytes?: TokenBucket }>;

const burstSeconds = 2;

/**
 * Limits what a gateway publishes on each of its topics: far more than a gateway needs, and less than ingest can read.
 * The limit belongs to the gateway, not to its connection: four connections, or a new one every second, do not raise it.
 */
export class TopicRates {
  readonly #limits: TopicRateLimits;
  readonly #byUser: LRUCache<string, Buckets>;

  constructor(limits: TopicRateLimits) {
    this.#limits = limits;
    this.#byUser = createBoundedMap(limits.maxIdentities);
  }

  /** Counts a message; returns the debt of its gateway on that topic, in ms. */
  consume(username: string, topic: GatewayTopicName, bytes: number, now: number): number {
    if (topic !== 'alarm' && topic !== 'telemetry' && topic !== 'state') return 0;
    let buckets = this.#byUser.get(username);
    if (!buckets) {
      buckets = this.#buckets(now);
      this.#byUser.set(username, buckets);
    }
    const { messages, bytes: ofBytes } = buckets[topic];
    return Math.max(messages?.consume(1, now) ?? 0, ofBytes?.consume(bytes, now) ?? 0);
  }

  #buckets(now: number): Buckets {
    const bucket = (perS: number) => new TokenBucket(perS, perS * burstSeconds, now);
    const { alarmMessagesPerS, alarmBytesPerS, telemetryBytesPerS, stateMessagesPerS } = this.#limits;
    return {
      alarm: { messages: bucket(alarmMessagesPerS), bytes: bucket(alarmBytesPerS) },
      telemetry: { bytes: bucket(telemetryBytesPerS) },
      state: { messages: bucket(stateMessagesPerS) },
    };
  }
}
