/**
 * What is remembered of each sender's messages, so many in all: where it is full, the sender with the most forgets its
 * oldest, so that one who says much makes nobody else be forgotten.
 */
export class SenderMemory<Value> {
  readonly #maxValues: number;
  /** Each sender's, oldest first. */
  readonly #bySender = new Map<string, Map<string, Value>>();
  #values = 0;

  constructor(maxValues: number) {
    this.#maxValues = maxValues;
  }

  /** What is remembered under a key. */
  get(sender: string, key: string): Value | undefined {
    return this.#bySender.get(sender)?.get(key);
  }

  /** Remembers a value as the sender's newest. */
  set(sender: string, key: string, value: Value): void {
    this.delete(sender, key);
    if (this.#values >= this.#maxValues) this.#forgetOldest();
    const own = this.#bySender.get(sender) ?? new Map<string, Value>();
    this.#bySender.set(sender, own.set(key, value));
    this.#values += 1;
  }

  /** Forgets what is under a key. */
  delete(sender: string, key: string): void {
    const own = this.#bySender.get(sender);
    if (!own?.delete(key)) return;
    this.#values -= 1;
    if (own.size === 0) this.#bySender.delete(sender);
  }

  #forgetOldest(): void {
    let loudest = '';
    let most = 0;
    for (const [sender, { size }] of this.#bySender) if (size > most) [loudest, most] = [sender, size];
    const [oldest] = this.#bySender.get(loudest)?.keys() ?? [];
    if (oldest !== undefined) this.delete(loudest, oldest);
  }
}
