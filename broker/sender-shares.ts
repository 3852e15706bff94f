/** A subscriber's connection as its queue is seen; all in bytes, all but the first only grow. */
export interface QueuedConnection {
  /** Handed over or about to be, and not yet taken by the other end. */
  readonly waitingBytes: number;
  /** Ever handed over, what is about to be included. */
  readonly queuedBytes: number;
}

/** What becomes of a message on its way to a subscriber many senders share. */
export type Passage = 'pass' | 'slow' | 'drop';

/** Below this nobody's share is counted: what waits is gone with the next write. */
const quietBytes = 262_144;

interface Queue {
  /** What waits, oldest first; taken once the other end has taken everything up to `end`. */
  messages: { sender: string; bytes: number; end: number }[];
  first: number;
  bySender: Map<string, number>;
}

/**
 * Shares of gateways in what waits for a service. A reader that falls behind must be cut for nobody's flood, since its
 * session carries the alarms of all: who has more than a quarter of what is free is read slower, who has more than half
 * of it loses its own message, which it sends again.
 *
 * @see A. Choudhury and E. Hahne, Dynamic Queue Length Thresholds (1998)
 */
export class SenderShares {
  readonly #maxBytes: number;
  readonly #queues = new WeakMap<QueuedConnection, Queue>();

  /** @param maxBytes What may wait for a service. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Decides on a message of a gateway to a service, and counts it unless it is dropped. */
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
    // The first message of a sender may take all that is free: an alarm is no flood.
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
