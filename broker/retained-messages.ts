import { Readable } from 'node:stream';
import type { AedesPublishPacket } from 'aedes';
import { parseTopic } from '#contracts/topics.ts';
import type { Logger } from '#runtime/log.ts';
import { TopicTree } from './topic-tree.ts';

/** A durable store of retained messages, such as `aedes-persistence-level`. */
export interface RetainedDisk {
  storeRetained(packet: RetainedPacket): Promise<void>;
  createRetainedStream(pattern: string): AsyncIterable<RetainedPacket>;
}

/** A retained message. */
export type RetainedPacket = Pick<AedesPublishPacket, 'cmd' | 'topic' | 'qos' | 'retain' | 'dup'> & {
  payload: Buffer;
};

/** Limits of retained messages. */
export interface RetainedLimits {
  /** Warnings of all communities. */
  maxRetained: number;
  /** Payloads of warnings in all. */
  maxRetainedBytes: number;
  /** Warnings of one community. */
  maxRetainedPerCommunity: number;
  /** Payload of one gateway's state. */
  maxRetainedBytesPerGateway: number;
}

const retryMs = 1000;

/**
 * The retained messages: read from memory, written to disk behind.
 *
 * When 1,000 gateways come back at once they subscribe 1,000 times, and scanning the disk each time takes too long. A
 * slow or full disk must not delay a message, so nobody waits for a write. Messages not written when the power fails
 * are sent again: states by heartbeats, warnings by the warning engine.
 *
 * Each gateway has its own room for its state, whatever others retain.
 */
export class RetainedMessages {
  readonly #limits: RetainedLimits;
  readonly #disk: RetainedDisk | undefined;
  readonly #log: Logger;
  readonly #byTopic = new Map<string, RetainedPacket>();
  readonly #topics = new TopicTree();
  readonly #unwritten = new Set<string>();
  #bytes = 0;
  /** Retained warnings: how many, their payload, and how many by community. */
  readonly #warnings = { count: 0, bytes: 0, byCommunity: new Map<string, number>() };
  #writing: Promise<void> | undefined;
  #failing = false;
  #closing = false;
  #retryNow: () => void = () => undefined;

  /** @param disk Where absent, messages are in memory only. */
  constructor(limits: RetainedLimits, disk: RetainedDisk | undefined, log: Logger) {
    this.#limits = limits;
    this.#disk = disk;
    this.#log = log;
  }

  /** Reads the messages of an earlier run. */
  async load(): Promise<void> {
    if (!this.#disk) return;
    for await (const { topic, qos, payload } of this.#disk.createRetainedStream('#')) {
      this.#store(topic, qos, payload);
    }
  }

  /** Messages, their payload in bytes, messages not yet on disk, and whether the disk refuses them. */
  facts(): { count: number; bytes: number; unwritten: number; diskFailing: boolean } {
    return {
      count: this.#byTopic.size,
      bytes: this.#bytes,
      unwritten: this.#unwritten.size,
      diskFailing: this.#failing || !this.#disk,
    };
  }

  /** Why a message of this topic and size is not retained: beyond its sender's share, or beyond all room. */
  refusalOf(topic: string, payloadBytes: number): 'retained-share' | 'retained-full' | undefined {
    if (payloadBytes === 0) return undefined;
    const limits = this.#limits;
    const community = communityOfWarning(topic);
    if (community === undefined) {
      return payloadBytes > limits.maxRetainedBytesPerGateway ? 'retained-share' : undefined;
    }
    const kept = this.#byTopic.get(topic);
    const { count, bytes, byCommunity } = this.#warnings;
    if (bytes - (kept?.payload.length ?? 0) + payloadBytes > limits.maxRetainedBytes) return 'retained-full';
    if (kept) return undefined;
    if ((byCommunity.get(community) ?? 0) >= limits.maxRetainedPerCommunity) return 'retained-share';
    return count >= limits.maxRetained ? 'retained-full' : undefined;
  }

  /** Clears the states of gateways that no longer exist. */
  clearStatesExcept(isGateway: (community: string, gateway: string) => boolean): void {
    for (const topic of [...this.#byTopic.keys()]) {
      const parsed = parseTopic(topic);
      const isGone = !parsed || (parsed.name === 'state' && !isGateway(parsed.community, parsed.gateway));
      if (isGone) this.set(topic, 0, Buffer.alloc(0));
    }
  }

  /** Replaces the topic's retained message; an empty payload clears it. [MQTT-3.3.1-10] */
  set(topic: string, qos: 0 | 1 | 2, payload: Buffer): void {
    this.#store(topic, qos, payload);
    if (!this.#disk) return;
    this.#unwritten.add(topic);
    this.#writing ??= this.#write(this.#disk).finally(() => {
      this.#writing = undefined;
    });
  }

  /** The message a topic retains. */
  get(topic: string): RetainedPacket | undefined {
    return this.#byTopic.get(topic);
  }

  /** Retained messages a filter matches. */
  countMatching(filter: string): number {
    let count = 0;
    for (const _ of this.#topics.matching(filter)) count++;
    return count;
  }

  /** Streams the retained messages of filters, each as it is when its turn comes, until the subscriber is gone. */
  stream(filters: string[], isGone: () => boolean = () => false): Readable {
    return Readable.from(this.#matching(filters, isGone), { objectMode: true, highWaterMark: 1 });
  }

  /** Waits until all messages are on disk; gives up where the disk refuses them. */
  async close(): Promise<void> {
    this.#closing = true;
    this.#retryNow();
    await this.#writing;
    if (this.#unwritten.size > 0) {
      this.#log.error({ messages: this.#unwritten.size }, 'retained messages not on disk');
    }
  }

  #store(topic: string, qos: 0 | 1 | 2, payload: Buffer): void {
    const before = this.#byTopic.get(topic)?.payload.length;
    this.#bytes -= before ?? 0;
    this.#countWarning(
      topic,
      payload.length - (before ?? 0),
      Number(payload.length > 0) - Number(before !== undefined),
    );
    if (payload.length === 0) {
      this.#byTopic.delete(topic);
      this.#topics.delete(topic);
      return;
    }
    // A copy: the payload is a slice of a whole chunk of the socket, which would stay in memory with it.
    const kept = Buffer.from(payload);
    if (!this.#byTopic.has(topic)) this.#topics.add(topic);
    this.#byTopic.set(topic, { cmd: 'publish', topic, qos, payload: kept, retain: true, dup: false });
    this.#bytes += kept.length;
  }

  #countWarning(topic: string, bytes: number, count: number): void {
    const community = communityOfWarning(topic);
    if (community === undefined) return;
    const { byCommunity } = this.#warnings;
    this.#warnings.bytes += bytes;
    this.#warnings.count += count;
    const left = (byCommunity.get(community) ?? 0) + count;
    if (left > 0) byCommunity.set(community, left);
    else byCommunity.delete(community);
  }

  *#matching(filters: string[], isGone: () => boolean): Generator<RetainedPacket> {
    for (const filter of filters) {
      for (const topic of [...this.#topics.matching(filter)]) {
        if (isGone()) return;
        const packet = this.#byTopic.get(topic);
        if (packet) yield packet;
      }
    }
  }

  async #write(disk: RetainedDisk): Promise<void> {
    for (const topic of this.#unwritten) {
      this.#unwritten.delete(topic);
      try {
        await disk.storeRetained(this.#byTopic.get(topic) ?? cleared(topic));
        if (this.#failing) this.#log.info('retained messages are written again');
        this.#failing = false;
      } catch (error) {
        this.#unwritten.add(topic);
        if (!this.#failing) this.#log.error({ err: error }, 'retained messages cannot be written');
        this.#failing = true;
        if (this.#closing) return;
        await this.#pause();
      }
    }
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, retryMs);
      this.#retryNow = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

function communityOfWarning(topic: string): string | undefined {
  const parsed = parseTopic(topic);
  return parsed?.name === 'warning' ? parsed.community : undefined;
}

function cleared(topic: string): RetainedPacket {
  return { cmd: 'publish', topic, qos: 0, payload: Buffer.alloc(0), retain: true, dup: false };
}
