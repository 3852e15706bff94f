import { LRUCache } from 'lru-cache';
import { networkOf } from '#runtime/network-of.ts';
import type { RefusalReason } from './errors.ts';

/** Bounds of the connections that have not signed in. */
export interface WaitingRoomLimits {
  maxPendingConnections: number;
  /** Time from accepting a connection to its whole CONNECT, in ms. */
  connectTimeoutMs: number;
  /** Networks remembered from which somebody has signed in. */
  maxKnownNetworks: number;
}

/** A connection that has not signed in. */
export interface Place {
  /** Who it is from, where a proxy has told. */
  from(address: string): void;
  /** It has done what was next, and waits again: others at its network are cut before it. */
  step(): void;
  /** Its CONNECT is whole: what it waits for now is the broker. */
  connected(): void;
  /** It has signed in, and its network is known from now on. */
  signedIn(): void;
  /** It has gone. */
  leave(): void;
}

interface Waiting {
  network: string;
  since: number;
  isConnected: boolean;
  cut: (reason: RefusalReason) => void;
}

/** Known networks keep this share of the room before they are cut like any other. */
const knownShare = 0.25;

/**
 * All connections that have not signed in, over TCP and WebSocket, from the moment they are accepted.
 *
 * Where it is full, the network with the most of them loses the one that has waited longest: whoever fills it loses
 * its own. A network from which somebody has signed in counts only beyond its share, so that strangers, however many
 * networks they have, do not keep a gateway out that comes back.
 */
export class WaitingRoom {
  readonly #limits: WaitingRoomLimits;
  readonly #now: () => number;
  /** In the order they came. */
  readonly #all = new Set<Waiting>();
  /** Each network's in the order of their last step. */
  readonly #byNetwork = new Map<string, Set<Waiting>>();
  readonly #known: LRUCache<string, true>;

  /** @param now Monotonic ms. */
  constructor(limits: WaitingRoomLimits, now: () => number) {
    this.#limits = limits;
    this.#now = now;
    this.#known = new LRUCache({ max: limits.maxKnownNetworks });
  }

  /** Connections that wait. */
  get size(): number {
    return this.#all.size;
  }

  /** Takes in a connection; where there are too many, one is cut, which may be this one. */
  enter(address: string, cut: (reason: RefusalReason) => void): Place {
    const waiting: Waiting = { network: networkOf(address), since: this.#now(), isConnected: false, cut };
    this.#add(waiting);
    if (this.#all.size > this.#limits.maxPendingConnections) this.#cut(this.#nextToCut(), 'pending-full');
    const isHere = () => this.#all.has(waiting);
    return {
      from: (told) => {
        if (!isHere()) return;
        this.#leaveNetwork(waiting);
        waiting.network = networkOf(told);
        this.#joinNetwork(waiting);
      },
      step: () => {
        if (!isHere()) return;
        this.#leaveNetwork(waiting);
        this.#joinNetwork(waiting);
      },
      connected: () => {
        waiting.isConnected = true;
      },
      signedIn: () => {
        this.#known.set(waiting.network, true);
        this.#remove(waiting);
      },
      leave: () => this.#remove(waiting),
    };
  }

  /** Cuts whoever has taken too long for a CONNECT; to be called a few times a second. */
  checkTime(): void {
    const latest = this.#now() - this.#limits.connectTimeoutMs;
    for (const waiting of this.#all) {
      if (waiting.since > latest) break;
      if (!waiting.isConnected) this.#cut(waiting, 'connect-timeout');
    }
  }

  /** Cuts all. */
  closeAll(): void {
    for (const waiting of this.#all) this.#cut(waiting, 'broker-closing');
  }

  #nextToCut(): Waiting | undefined {
    // Of two alike, the one nobody knows.
    const share = this.#limits.maxPendingConnections * knownShare + 0.5;
    let most = Number.NEGATIVE_INFINITY;
    let found: Set<Waiting> | undefined;
    for (const [network, waiting] of this.#byNetwork) {
      const counted = waiting.size - (this.#known.has(network) ? share : 0);
      if (counted <= most) continue;
      most = counted;
      found = waiting;
    }
    return found?.values().next().value;
  }

  #cut(waiting: Waiting | undefined, reason: RefusalReason): void {
    if (!waiting) return;
    this.#remove(waiting);
    waiting.cut(reason);
  }

  #add(waiting: Waiting): void {
    this.#all.add(waiting);
    this.#joinNetwork(waiting);
  }

  #remove(waiting: Waiting): void {
    if (this.#all.delete(waiting)) this.#leaveNetwork(waiting);
  }

  #joinNetwork(waiting: Waiting): void {
    const others = this.#byNetwork.get(waiting.network);
    if (others) others.add(waiting);
    else this.#byNetwork.set(waiting.network, new Set([waiting]));
  }

  #leaveNetwork(waiting: Waiting): void {
    const others = this.#byNetwork.get(waiting.network);
    others?.delete(waiting);
    if (others?.size === 0) this.#byNetwork.delete(waiting.network);
  }
}
