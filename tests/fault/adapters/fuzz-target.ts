import { createGarbageBudget, type TcpConnection, type TcpSession } from '#edge/adapters/tcp-listener.ts';
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
  /** Reads garbage as if something readable had come before, which is when most of it is read, for its cost. */
  swallow(context: FuzzContext): (garbage: Buffer) => void | Promise<void>;
}

type CreateSession = (connection: TcpConnection) => TcpSession;

/** A session that is cut for its garbage as the listener would; `isTrusted` where something readable came before. */
function openSession(createSession: CreateSession, isTrusted: boolean) {
  const budget = createGarbageBudget();
  if (isTrusted) budget.restore();
  let isCut = false;
  const session = createSession({
    remote: 'test',
    trust: budget.restore,
    garbage: (bytes) => {
      isCut = isCut || !budget.spend(bytes);
      return !isCut;
    },
    write: () => undefined,
  });
  return { session, isCut: () => isCut };
}

/** Sessions over TCP one after another: the next begins where the listener would have cut the last. */
export function createStream(createSession: CreateSession): (bytes: Buffer) => void {
  let open: ReturnType<typeof openSession> | undefined;
  return (bytes) => {
    open ??= openSession(createSession, false);
    open.session.onBytes(bytes);
    if (!open.isCut()) return;
    open.session.onEnd();
    open = undefined;
  };
}

/** A session for one piece of garbage. */
export function swallowOnce(createSession: CreateSession): (garbage: Buffer) => void {
  return (garbage) => {
    const { session } = openSession(createSession, true);
    session.onBytes(garbage);
    session.onEnd();
  };
}
