import { LRUCache } from 'lru-cache';
import type { GatewayTopicName } from '#contracts/topics.ts';
import { TokenBucket } from './token-bucket.ts';

/** Rates of one gateway on its topics, all its connections together; bursts are twice a second's worth. */
export interface LaneRateLimits {
  alarmMessagesPerS: number;
  alarmBytesPerS: number;
  telemetryBytesPerS: number;
  stateMessagesPerS: number;
  /** Gateways whose debt is remembered; each that can be connected has a place. */
  maxIdentities: number;
}

type Lane = 'alarm' | 'telemetry' | 'state';
type Buckets = Record<Lane, { messages?: TokenBucket; bytes?: TokenBucket }>;

const burstSeconds = 2;

/**
 * What a gateway may publish on each of its topics: less than ingest takes, and far more than it needs. Kept by gateway
 * and not by connection, so that neither four connections nor a new one every second give more.
 */
export class LaneRates {
  readonly #limits: LaneRateLimits;
  readonly #byUser: LRUCache<string, Buckets>;

  constructor(limits: LaneRateLimits) {
    this.#limits = limits;
    this.#byUser = new LRUCache({ max: limits.maxIdentities });
  }

  /** Takes the cost of a message; what is returned is the debt of its gateway on that topic, in ms. */
  publish(username: string, topic: GatewayTopicName, bytes: number, now: number): number {
    if (topic !== 'alarm' && topic !== 'telemetry' && topic !== 'state') return 0;
    let buckets = this.#byUser.get(username);
    if (!buckets) {
      buckets = this.#buckets(now);
      this.#byUser.set(username, buckets);
    }
    const { messages, bytes: ofBytes } = buckets[topic];
    return Math.max(messages?.take(1, now) ?? 0, ofBytes?.take(bytes, now) ?? 0);
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
