import { createGarbageBudget } from '#edge/adapters/garbage-budget.ts';
import type { TcpConnection, TcpSession } from '#edge/adapters/tcp-listener.ts';
import type { FuzzContext } from './fuzz-context.ts';

/** An adapter's real entry, without what lies between it and the wire where that is not its own. */
export interface FuzzTarget {
  context: FuzzContext;
  /** Hands over one message, as a device would. A throw, or a refusal of what may not be refused, is a fault. */
  send(message: Buffer): void | Promise<void>;
  /** Sends a well-formed alarm behind it, on the same stream; answers whether it came through at once. */
  probe(): boolean | Promise<boolean>;
  close(): Promise<void>;
}

/** How an adapter is fed. */
export interface FuzzedAdapter {
  name: string;
  /** Recorded messages that are damaged. */
  corpus: readonly Buffer[];
  open(context: FuzzContext): FuzzTarget | Promise<FuzzTarget>;
  /** Reads garbage with nobody cutting it off, for its cost. */
  swallow(context: FuzzContext): (garbage: Buffer) => void | Promise<void>;
}

/** Sessions over TCP one after another: the next begins where the listener would have cut the last for its garbage. */
export function createStream(
  createSession: (connection: TcpConnection) => TcpSession,
): (bytes: Buffer) => void {
  let session: TcpSession | undefined;
  let isCut = false;
  const open = () => {
    const budget = createGarbageBudget();
    isCut = false;
    return createSession({
      remote: 'test',
      trust: budget.restore,
      garbage: (bytes) => {
        isCut = isCut || !budget.spend(bytes);
        return !isCut;
      },
      write: () => undefined,
    });
  };
  return (bytes) => {
    session ??= open();
    session.onBytes(bytes);
    if (!isCut) return;
    session.onEnd();
    session = undefined;
  };
}
