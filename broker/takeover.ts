import type { Logger } from '#runtime/log.ts';

/** What of a connection a takeover needs. */
export interface Holder {
  readonly destroyed: boolean;
  cut(reason: 'superseded'): void;
}

/** A client id in use. */
interface Place {
  clientId: string;
  holder: Holder;
  /** Settles when Aedes has let go of the client. */
  gone: Promise<void>;
  leave: () => void;
}

/** Longest wait for Aedes to let go of an older client, which takes it a few turns of the event loop. */
const longestWaitMs = 5000;

/**
 * One client per client id [MQTT-3.1.4-2]: who comes with an id in use takes it over, one after the other.
 *
 * Aedes forgets a client by its id, whoever has that id by then. Where two come for one id at once, or one comes
 * while the older is closing, the newer is forgotten in place of the older, and a third then joins it: two clients of
 * one id, and the next takeover closes neither. So nobody passes here before Aedes has forgotten the one before.
 */
export class Takeover {
  readonly #log: Logger;
  readonly #newest = new Map<string, Place>();
  readonly #places = new WeakMap<Holder, Place>();

  constructor(log: Logger) {
    this.#log = log;
  }

  /** Client ids in use. */
  get size(): number {
    return this.#newest.size;
  }

  /**
   * Closes whoever has the id, and waits until it is free.
   *
   * @returns False where the connection is gone by then, or another has come for the id.
   */
  async claim(clientId: string, holder: Holder): Promise<boolean> {
    const { promise: gone, resolve: leave } = Promise.withResolvers<void>();
    const before = this.#newest.get(clientId);
    const place = { clientId, holder, gone, leave };
    this.#newest.set(clientId, place);
    this.#places.set(holder, place);
    if (before) {
      before.holder.cut('superseded');
      if (!(await isSettled(before.gone, longestWaitMs))) {
        this.#log.error({ client: clientId }, 'a client that was taken over is still there');
      }
    }
    if (!holder.destroyed) return true;
    this.release(holder);
    return false;
  }

  /** Frees the id of a client that Aedes has let go of, or that it never got. */
  release(holder: Holder): void {
    const place = this.#places.get(holder);
    if (!place) return;
    if (this.#newest.get(place.clientId) === place) this.#newest.delete(place.clientId);
    place.leave();
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
