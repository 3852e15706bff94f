import { Readable } from 'node:stream';
import type { AedesPublishPacket } from 'aedes';
import type { RetainedMessages } from './retained-messages.ts';

/**
 * Answers at once instead of on a later turn of the event loop.
 *
 * Aedes numbers messages as they arrive, and drops one that comes after a higher number as a duplicate (`dedupe` in its
 * lib/client.js). Example: a retained birth, number 1, waits for the persistence; telemetry, number 2, does not. The
 * subscriber gets 2, and 1 is dropped. With an answer in the same turn no message can overtake another.
 */
function answered<T>(value: T): Promise<T> {
  // biome-ignore lint/suspicious/noThenProperty: a thenable is what Aedes calls `then` on.
  return { then: (resolve: (value: T) => void) => resolve(value) } as Promise<T>;
}

/** The connection that has subscribed. */
export interface Subscriber {
  readonly destroyed: boolean;
}

/**
 * The persistence that Aedes asks for. Every session is clean and no message has QoS 2, so only retained messages are
 * stored. A will lives with its connection.
 */
export class CleanSessionPersistence {
  readonly #retained: RetainedMessages;
  #subscriber: Subscriber | undefined;

  constructor(retained: RetainedMessages) {
    this.#retained = retained;
  }

  /** Says who the next stream of retained messages is for: it ends when their connection does. */
  answerTo(subscriber: Subscriber): void {
    this.#subscriber = subscriber;
  }

  async setup(): Promise<void> {}

  storeRetained({ topic, qos, payload }: AedesPublishPacket): Promise<void> {
    this.#retained.set(topic, qos, payload as Buffer);
    return answered(undefined);
  }

  createRetainedStreamCombi(filters: string[]): Readable {
    const subscriber = this.#subscriber;
    return this.#retained.stream(filters, () => subscriber?.destroyed ?? false);
  }

  subscriptionsByTopic(): Promise<never[]> {
    return answered([]);
  }

  outgoingEnqueueCombi(): Promise<void> {
    return answered(undefined);
  }

  outgoingClearMessageId(): Promise<void> {
    return answered(undefined);
  }

  outgoingStream(): Readable {
    return Readable.from([]);
  }

  async cleanSubscriptions(): Promise<void> {}

  async cleanIncoming(): Promise<void> {}

  incomingGetPacket(): Promise<undefined> {
    return answered(undefined);
  }

  async putWill(): Promise<void> {}

  async delWill(): Promise<void> {}

  streamWill(): Readable {
    return Readable.from([]);
  }
}
