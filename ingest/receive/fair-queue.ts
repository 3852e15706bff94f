/** What a queue holds at most, in bytes. */
export interface QueueLimits {
  /** Of all senders together. */
  bytes: number;
  /** Of one sender. */
  senderBytes: number;
}

/** Charged for an item besides its bytes, so that many small ones count as well. */
export const itemBytes = 256;

/** What a sender may take at each of its turns, in bytes: some alarms, or a part of one large message. */
const quantumBytes = 8192;

interface Sender<T> {
  items: { item: T; cost: number }[];
  bytes: number;
  /** What it may still take in this round. */
  credit: number;
}

/**
 * A queue that many senders share and none of them fills: each has its own order, takes its turn by bytes (deficit
 * round robin), and may hold at most a quarter of what is free, so that there is room for the next sender.
 *
 * @see M. Shreedhar and G. Varghese, Efficient Fair Queuing Using Deficit Round Robin (1996)
 * @see A. Choudhury and E. Hahne, Dynamic Queue Length Thresholds (1998)
 */
export class FairQueue<T> {
  readonly #limits: QueueLimits;
  /** Senders that wait, in the order of their turns. */
  readonly #senders = new Map<string, Sender<T>>();
  #bytes = 0;

  constructor(limits: QueueLimits) {
    this.#limits = limits;
  }

  /** Bytes held, of all senders. */
  get bytes(): number {
    return this.#bytes;
  }

  get isEmpty(): boolean {
    return this.#senders.size === 0;
  }

  /** Puts an item behind the sender's others; false where the sender has its share, and nothing is kept of it then. */
  add(sender: string, item: T, bytes: number): boolean {
    const cost = bytes + itemBytes;
    const own = this.#senders.get(sender);
    const free = this.#limits.bytes - this.#bytes;
    // A first item may take all that is free: no message is too long for its sender's share.
    const share = own ? Math.min(this.#limits.senderBytes, free / 4) : free;
    if ((own?.bytes ?? 0) + cost > share) return false;
    const of = own ?? { items: [], bytes: 0, credit: quantumBytes };
    of.items.push({ item, cost });
    of.bytes += cost;
    this.#bytes += cost;
    if (!own) this.#senders.set(sender, of);
    return true;
  }

  /** Takes the next item in turn; undefined where none waits. */
  take(): T | undefined {
    for (;;) {
      const [next] = this.#senders;
      if (!next) return undefined;
      const [name, sender] = next;
      const cost = sender.items[0]?.cost ?? 0;
      if (cost > sender.credit) {
        this.#toTheEnd(name, sender);
        continue;
      }
      const taken = sender.items.shift();
      sender.credit -= cost;
      sender.bytes -= cost;
      this.#bytes -= cost;
      if (sender.items.length === 0) this.#senders.delete(name);
      return taken?.item;
    }
  }

  #toTheEnd(name: string, sender: Sender<T>): void {
    sender.credit += quantumBytes;
    this.#senders.delete(name);
    this.#senders.set(name, sender);
  }
}
