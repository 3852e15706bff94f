/** The queue of a subscriber's connection, in bytes. */
export interface QueuedConnection {
  /** Queued or about to be, and not yet taken by the subscriber. */
  readonly waitingBytes: number;
  /** Ever queued, with what is about to be; it only grows. */
  readonly queuedBytes: number;
}

/** What is done with a message to a subscriber: deliver it, deliver it and slow its sender, or drop it. */
export type Passage = 'pass' | 'slow' | 'drop';

/** Below this no shares are counted: a queue this short is gone with the next write. */
const quietBytes = 262_144;

interface Queue {
  /** Oldest first. A message is taken when the subscriber has taken all bytes up to its `end`. */
  messages: { sender: string; bytes: number; end: number }[];
  first: number;
  bySender: Map<string, number>;
}

/**
 * Limits each gateway's share of the queue to a service. The service's connection carries the alarms of all gateways,
 * so it must not be closed because one of them floods it.
 *
 * A gateway with more than a quarter of the free space is read slower. One with more than half of it loses the message,
 * and sends it again. Example: 2 MiB of 8 MiB are in use, so 6 MiB are free; a gateway is slowed from 1.5 MiB on and
 * loses messages from 3 MiB on.
 *
 * @see A. Choudhury and E. Hahne, Dynamic Queue Length Thresholds (1998)
 */
export class SenderShares {
  readonly #maxBytes: number;
  readonly #queues = new WeakMap<QueuedConnection, Queue>();

  /** @param maxBytes Longest queue to one service. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Decides on a message from a gateway to a service; counts it unless it is dropped. */
  admit(receiver: QueuedConnection, sender: string, bytes: number): Passage {
    const waiting = receiver.waitingBytes;
    if (waiting < Math.min(quietBytes, this.#maxBytes / 4)) {
      this.#queues.delete(receiver);
      return 'pass';
    }
    const queue = this.#queueOf(receiver);
    settle(queue, receiver.queuedBytes - waiting);
    const own = queue.bySender.get(sender) ?? 0;
    const free = this.#maxBytes - waiting;
    // The first message of a sender may take all free space: one alarm is not a flood.
    if (bytes > free || (own > 0 && own + bytes > free / 2)) return 'drop';
    queue.messages.push({ sender, bytes, end: receiver.queuedBytes + bytes });
    queue.bySender.set(sender, own + bytes);
    return own + bytes > free / 4 ? 'slow' : 'pass';
  }

  #queueOf(receiver: QueuedConnection): Queue {
    const known = this.#queues.get(receiver);
    if (known) return known;
    const begun: Queue = { messages: [], first: 0, bySender: new Map() };
    this.#queues.set(receiver, begun);
    return begun;
  }
}

function settle(queue: Queue, takenBytes: number): void {
  for (;;) {
    const message = queue.messages[queue.first];
    if (!message || message.end > takenBytes) break;
    queue.first += 1;
    const left = (queue.bySender.get(message.sender) ?? 0) - message.bytes;
    if (left > 0) queue.bySender.set(message.sender, left);
    else queue.bySender.delete(message.sender);
  }
  if (queue.first > 1000 && queue.first > queue.messages.length / 2) {
    queue.messages.splice(0, queue.first);
    queue.first = 0;
  }
}
