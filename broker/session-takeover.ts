import type { Logger } from '#runtime/log.ts';

/** A connection that uses a client id. */
export interface ClientIdUser {
  readonly destroyed: boolean;
  disconnect(reason: 'taken-over'): void;
}

/** The use of a client id by one connection. */
interface ClientIdUse {
  clientId: string;
  connection: ClientIdUser;
  /** Settles when Aedes has forgotten the client. */
  released: Promise<void>;
  release: () => void;
}

/** Longest wait for Aedes to forget the older client, which takes it a few turns of the event loop. */
const longestWaitMs = 5000;

/**
 * One client per client id [MQTT-3.1.4-2]: a new client with an id in use takes over from the older one.
 *
 * Aedes forgets a closed client by its id, not by the client. Example: B comes with the id of A while A is closing.
 * Aedes closes A and forgets the id, which is B's by now. C comes, and Aedes knows of no other client: B and C both
 * stay. So each client waits here until Aedes has forgotten the one before it.
 */
export class SessionTakeover {
  readonly #log: Logger;
  readonly #newest = new Map<string, ClientIdUse>();
  readonly #uses = new WeakMap<ClientIdUser, ClientIdUse>();

  constructor(log: Logger) {
    this.#log = log;
  }

  /** Client ids in use. */
  get size(): number {
    return this.#newest.size;
  }

  /**
   * Acquires a client id: closes the connection that has it, and waits until the id is free.
   *
   * @returns False where the connection itself has been closed meanwhile, for example by a third one.
   */
  async acquire(clientId: string, connection: ClientIdUser): Promise<boolean> {
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    const before = this.#newest.get(clientId);
    const use = { clientId, connection, released, release };
    this.#newest.set(clientId, use);
    this.#uses.set(connection, use);
    if (before) {
      before.connection.disconnect('taken-over');
      if (!(await isSettled(before.released, longestWaitMs))) {
        this.#log.error({ client: clientId }, 'a client that was taken over is still there');
      }
    }
    if (!connection.destroyed) return true;
    this.release(connection);
    return false;
  }

  /** Releases the id of a client that Aedes has forgotten, or that it never had. */
  release(connection: ClientIdUser): void {
    const use = this.#uses.get(connection);
    if (!use) return;
    if (this.#newest.get(use.clientId) === use) this.#newest.delete(use.clientId);
    use.release();
  }
}

async function isSettled(promise: Promise<void>, withinMs: number): Promise<boolean> {
  const { promise: late, resolve } = Promise.withResolvers<false>();
  const timer = setTimeout(resolve, withinMs, false);
  try {
    return await Promise.race([promise.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}
