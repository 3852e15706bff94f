import type { LRUCache } from 'lru-cache';
import { parseTopic, type Topic } from '#contracts/topics.ts';
import { gatewayUsername } from '#registry/credentials.ts';
import { createBoundedMap } from '#runtime/bounded-map.ts';

/** A topic taken apart. */
export interface KnownTopic {
  levels: readonly string[];
  /** Undefined where it is none of the platform's. */
  topic: Topic | undefined;
  /** User name of the gateway whose own topic it is: one to which no service publishes. */
  sender: string | undefined;
}

/** Topics taken apart once, not for each message on them; the longest unused is forgotten first. */
export class TopicCache {
  readonly #known: LRUCache<string, KnownTopic>;

  constructor(maxTopics: number) {
    this.#known = createBoundedMap(maxTopics);
  }

  get(text: string): KnownTopic {
    const known = this.#known.get(text);
    if (known) return known;
    const topic = parseTopic(text);
    const parsed = { levels: text.split('/'), topic, sender: topic && senderOf(topic) };
    this.#known.set(text, parsed);
    return parsed;
  }
}

function senderOf(topic: Topic): string | undefined {
  const { name } = topic;
  if (name !== 'alarm' && name !== 'telemetry' && name !== 'state') return undefined;
  return gatewayUsername(topic.community, topic.gateway);
}
