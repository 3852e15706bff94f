/** Messages a device owes its server: one at a time, each sent again until it is answered. */
export interface RetryQueue {
  /**
   * Settles when the server has answered the message; never, where the device is closed before.
   *
   * @param isUrgent Goes before everything that is not, but not before the message in hand.
   */
  add(bytes: Buffer, isUrgent?: boolean): Promise<void>;
  /**
   * The server answered.
   *
   * @param isFor Tells by the answer's own number whether it is for a message. Without it the server is
   * taken to answer every sending in turn, so answers to repeats of what is settled are passed over: they
   * must not settle the next message before it arrived.
   */
  answered(isFor?: (bytes: Buffer) => boolean): void;
  /** The server refused the message in hand: it is sent again after `refusedMs`. */
  refused(): void;
  /** A new connection: the message in hand is sent at once, and nothing is owed from the one before. */
  connected(): void;
  close(): void;
}

interface Waiting {
  bytes: Buffer;
  isUrgent: boolean;
  /** Times sent on this connection. */
  sent: number;
  resolve: () => void;
}

/** Creates a queue that sends through `send`, again every `resendMs` without an answer. */
export function createRetryQueue(options: {
  /** False where there is no connection. */
  send: (bytes: Buffer) => boolean;
  resendMs: number;
  refusedMs?: number;
}): RetryQueue {
  const waiting: Waiting[] = [];
  let owed = 0;
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;

  const sendFirst = () => {
    clearTimeout(timer);
    const first = waiting[0];
    if (!first || isClosed) return;
    if (options.send(first.bytes)) first.sent += 1;
    timer = setTimeout(sendFirst, options.resendMs);
  };
  const settleFirst = () => {
    const first = waiting.shift();
    if (!first) return;
    owed = Math.max(0, first.sent - 1);
    first.resolve();
    sendFirst();
  };
  return {
    add: (bytes, isUrgent = false) =>
      new Promise((resolve) => {
        const behind = waiting.findIndex((other, place) => place > 0 && isUrgent && !other.isUrgent);
        waiting.splice(behind < 0 ? waiting.length : behind, 0, { bytes, isUrgent, sent: 0, resolve });
        if (waiting.length === 1) sendFirst();
      }),
    answered: (isFor) => {
      const [first] = waiting;
      if (isFor) {
        if (first && isFor(first.bytes)) settleFirst();
      } else if (owed > 0) {
        owed -= 1;
      } else if (first && first.sent > 0) {
        settleFirst();
      }
    },
    refused: () => {
      if (waiting.length === 0 || isClosed) return;
      clearTimeout(timer);
      timer = setTimeout(sendFirst, options.refusedMs ?? options.resendMs);
    },
    connected: () => {
      owed = 0;
      for (const message of waiting) message.sent = 0;
      sendFirst();
    },
    close: () => {
      isClosed = true;
      clearTimeout(timer);
    },
  };
}
