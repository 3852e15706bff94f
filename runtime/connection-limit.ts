import type { Socket } from 'node:net';
import { createBoundedMap } from './bounded-map.ts';
import { PendingConnections, type Place } from './pending-connections.ts';

/** What is counted: a connection cut for a newer one, and a new one refused since all others are known. */
export type ConnectionCount = 'displaced-connections' | 'refused-connections';

/** Networks remembered from which somebody was known. */
const maxKnownNetworks = 1000;

/**
 * Limits the connections of a listener, so that silent connections keep no device out.
 *
 * One more closes one that has not identified itself: the longest waiting of the address with the most. Where
 * all have shown it, it is refused.
 */
export class ConnectionLimit {
  readonly #maxConnections: number;
  readonly #count: (what: ConnectionCount) => void;
  readonly #room: PendingConnections;
  readonly #open = new Map<Socket, Place>();

  constructor(maxConnections: number, count: (what: ConnectionCount) => void) {
    this.#maxConnections = maxConnections;
    this.#count = count;
    const networks = createBoundedMap<string, true>(maxKnownNetworks);
    const known = {
      has: (network: string) => networks.has(network),
      add: (network: string) => void networks.set(network, true),
    };
    this.#room = new PendingConnections({ maxWaiting: maxConnections }, known, () => performance.now());
  }

  /** Takes in a socket just accepted; false where it was refused and closed. */
  admit(socket: Socket): boolean {
    if (this.#open.size >= this.#maxConnections && !this.#room.cutNext()) {
      this.#count('refused-connections');
      socket.destroy();
      return false;
    }
    const place = this.#room.enter(socket.remoteAddress ?? 'unknown', () => {
      this.#count('displaced-connections');
      this.#open.delete(socket);
      socket.destroy();
    });
    this.#open.set(socket, place);
    socket.once('close', () => {
      place.leave();
      this.#open.delete(socket);
    });
    return true;
  }

  /** It has identified itself, and is closed for no newer one. */
  prove(socket: Socket): void {
    this.#open.get(socket)?.signedIn();
  }

  /** Closes all. */
  closeAll(): void {
    for (const socket of this.#open.keys()) socket.destroy();
  }
}
