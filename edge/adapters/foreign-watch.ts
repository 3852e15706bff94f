import { type ForeignProtocol, maxHeadBytes, recognizeForeign } from './foreign-protocol.ts';

/** Looks at the first bytes of one connection until they are recognized or too many. */
export interface ForeignWatch {
  look(chunk: Buffer): void;
  /** A readable frame came: the device speaks the right protocol. */
  stop(): void;
}

/** Watches a connection at the port of `adapter`; `onFound` is called at most once. */
export function createForeignWatch(adapter: string, onFound: (found: ForeignProtocol) => void): ForeignWatch {
  let head: Buffer | undefined = Buffer.alloc(0);
  return {
    look: (chunk) => {
      if (!head) return;
      head = Buffer.concat([head, chunk.subarray(0, maxHeadBytes - head.length)]);
      const found = recognizeForeign(head, adapter);
      if (found || head.length >= maxHeadBytes) head = undefined;
      if (found) onFound(found);
    },
    stop: () => {
      head = undefined;
    },
  };
}
