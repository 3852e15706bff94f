import { networkOf } from './network-of.ts';

/** Limits of connections that have not signed in. */
export interface PendingConnectionLimits {
  maxWaiting: number;
  /** Time from accepting a connection until it has asked for something, in ms; without end where absent. */
  maxWaitMs?: number;
}

/** Networks from which somebody has signed in. */
export interface KnownNetworks {
  has(network: string): boolean;
  add(network: string): void;
}

/** Why a connection is cut: there are too many, it took too long, or all are closed. */
export type CutCause = 'full' | 'late' | 'closing';

/** A connection that has not signed in. */
export interface Place {
  /** Its address, where a proxy sent it. */
  from(address: string): void;
  /** It has done what was next, and waits again: others at its network are cut before it. */
  step(): void;
  /** It has asked to be let in: what it waits for now is us. */
  asked(): void;
  /** It has signed in, and its network is known from now on. */
  signedIn(): void;
  /** It has gone. */
  leave(): void;
}

interface Waiting {
  network: string;
  since: number;
  hasAsked: boolean;
  cut: (cause: CutCause) => void;
}

/** Known networks keep this share of the room before they are cut like any other. */
const knownShare = 0.25;

/**
 * All connections that have not signed in, from the moment they are accepted.
 *
 * Where it is full, the network with the most of them loses the one that has waited longest: whoever fills it loses
 * its own. A network from which somebody has signed in counts only beyond its share, so that strangers, however many
 * networks they have, do not keep a gateway out that comes back.
 */
export class PendingConnections {
  readonly #limits: PendingConnectionLimits;
  readonly #now: () => number;
  /** In the order they came. */
  readonly #all = new Set<Waiting>();
  /** Each network's in the order of their last step. */
  readonly #byNetwork = new Map<string, Set<Waiting>>();
  readonly #known: KnownNetworks;

  /** @param now Monotonic ms. */
  constructor(limits: PendingConnectionLimits, known: KnownNetworks, now: () => number) {
    this.#limits = limits;
    this.#known = known;
    this.#now = now;
  }

  /** Connections that wait. */
  get size(): number {
    return this.#all.size;
  }

  /** Takes in a connection; where there are too many, one is cut, which may be this one. */
  enter(address: string, cut: (cause: CutCause) => void): Place {
    const waiting: Waiting = { network: networkOf(address), since: this.#now(), hasAsked: false, cut };
    this.#add(waiting);
    if (this.#all.size > this.#limits.maxWaiting) this.cutNext();
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
      asked: () => {
        waiting.hasAsked = true;
      },
      signedIn: () => {
        this.#known.add(waiting.network);
        this.#remove(waiting);
      },
      leave: () => this.#remove(waiting),
    };
  }

  /** Cuts the one to be cut next; false where there is none. */
  cutNext(): boolean {
    const next = this.#nextToCut();
    if (next) this.#cut(next, 'full');
    return next !== undefined;
  }

  /** Closes connections that took too long to sign in; called a few times a second. */
  checkTime(): void {
    const latest = this.#now() - (this.#limits.maxWaitMs ?? Number.POSITIVE_INFINITY);
    for (const waiting of this.#all) {
      if (waiting.since > latest) break;
      if (!waiting.hasAsked) this.#cut(waiting, 'late');
    }
  }

  /** Cuts all. */
  closeAll(): void {
    for (const waiting of this.#all) this.#cut(waiting, 'closing');
  }

  #nextToCut(): Waiting | undefined {
    // Of two equal ones, the unknown one.
    const share = this.#limits.maxWaiting * knownShare + 0.5;
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

  #cut(waiting: Waiting, cause: CutCause): void {
    this.#remove(waiting);
    waiting.cut(cause);
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
