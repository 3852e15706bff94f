/** Messages a device owes its server: one at a time, each sent again until it is answered. */
export interface AnsweredQueue {
  /** Settles when the server has answered the message; never, where the device is closed before. */
  add(bytes: Buffer): Promise<void>;
  /** The server answered what was sent last. */
  answered(): void;
  /** Sends the message in hand at once, after a new connection or a refusal. */
  resend(): void;
  close(): void;
}

/** Creates a queue that sends through `send`, again every `resendMs` without an answer. */
export function createAnsweredQueue(options: {
  send: (bytes: Buffer) => void;
  resendMs: number;
}): AnsweredQueue {
  const waiting: { bytes: Buffer; resolve: () => void }[] = [];
  let timer: NodeJS.Timeout | undefined;

  const send = () => {
    clearTimeout(timer);
    const first = waiting[0];
    if (!first) return;
    options.send(first.bytes);
    timer = setTimeout(send, options.resendMs);
  };
  return {
    add: (bytes) =>
      new Promise((resolve) => {
        waiting.push({ bytes, resolve });
        if (waiting.length === 1) send();
      }),
    answered: () => {
      waiting.shift()?.resolve();
      send();
    },
    resend: send,
    close: () => clearTimeout(timer),
  };
}
