import { Readable } from 'node:stream';
import type { AedesPublishPacket } from 'aedes';
import type { RetainedMessages } from './retained-messages.ts';

/**
 * Answers at once instead of on a later turn.
 *
 * Aedes numbers messages as they arrive and takes one that is overtaken, while its persistence answers, for a
 * duplicate, which it drops in silence (`dedupe` in its lib/client.js): a retained birth followed closely by
 * telemetry never reached a subscriber of both. Answering in the same turn leaves nothing to overtake.
 */
function answered<T>(value: T): Promise<T> {
  // biome-ignore lint/suspicious/noThenProperty: a thenable is what Aedes calls `then` on.
  return { then: (resolve: (value: T) => void) => resolve(value) } as Promise<T>;
}

/** Who asked for retained messages. */
export interface Asker {
  readonly destroyed: boolean;
}

/**
 * What Aedes asks of a persistence, where every session is clean and no message is of QoS 2: retained
 * messages are kept, and there is nothing else to keep. A will lives with its connection.
 */
export class CleanSessionPersistence {
  readonly #retained: RetainedMessages;
  #asker: Asker | undefined;

  constructor(retained: RetainedMessages) {
    this.#retained = retained;
  }

  /** Says for whom the next stream of retained messages is: it ends when they are gone. */
  answering(asker: Asker): void {
    this.#asker = asker;
  }

  async setup(): Promise<void> {}

  storeRetained({ topic, qos, payload }: AedesPublishPacket): Promise<void> {
    this.#retained.set(topic, qos, payload as Buffer);
    return answered(undefined);
  }

  createRetainedStreamCombi(filters: string[]): Readable {
    const asker = this.#asker;
    return this.#retained.stream(filters, () => asker?.destroyed ?? false);
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
