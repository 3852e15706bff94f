import type { Deadline } from './rules/rule.ts';

/** The state a rule keeps for one key of a community: plain JSON, and when the key wants to be asked again. */
export interface KeyedState {
  community: string;
  rule: string;
  key: string;
  state: object;
  deadline?: Deadline;
}

/** A key whose state is another than on disk; `kept` is absent where it was forgotten. */
export interface KeyedChange {
  community: string;
  rule: string;
  key: string;
  kept: KeyedState | undefined;
}

/** Where a state is kept. */
export type StatePlace = Pick<KeyedState, 'community' | 'rule' | 'key'>;

interface Queue {
  states: Set<KeyedState>;
  /** No deadline of the queue is before this. */
  next: number;
}

/** All keyed states of the rules and their deadlines, each on the listening clock of a gateway. */
export class KeyedStates {
  readonly #states = new Map<string, KeyedState>();
  readonly #queues = new Map<string, Queue>();
  #changed = new Map<string, KeyedChange>();

  constructor(states: KeyedState[]) {
    for (const state of states) this.#put(nameOf(state), state);
  }

  get(place: StatePlace): object | undefined {
    return this.#states.get(nameOf(place))?.state;
  }

  set({ community, rule, key }: StatePlace, state: object | undefined, deadline?: Deadline): void {
    const name = nameOf({ community, rule, key });
    const before = this.#states.get(name);
    if (before?.deadline) this.#queues.get(before.deadline.gateway)?.states.delete(before);
    if (state) this.#put(name, { community, rule, key, state, deadline });
    else this.#states.delete(name);
    this.#changed.set(name, { community, rule, key, kept: this.#states.get(name) });
  }

  /**
   * Takes the deadlines that have come on a gateway's clock, in an order that only their names decide;
   * the states stay, without one.
   */
  due(gateway: string, clock: number): KeyedState[] {
    const queue = this.#queues.get(gateway);
    if (!queue || clock < queue.next) return [];
    const due: KeyedState[] = [];
    queue.next = Number.POSITIVE_INFINITY;
    for (const state of queue.states) {
      const at = state.deadline?.at ?? Number.POSITIVE_INFINITY;
      if (at <= clock) due.push(state);
      else queue.next = Math.min(queue.next, at);
    }
    for (const place of due) this.set(place, place.state);
    return due.sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  }

  /** What was set or forgotten since the last call. */
  takeChanges(): KeyedChange[] {
    const changed = [...this.#changed.values()];
    this.#changed.clear();
    return changed;
  }

  #put(name: string, state: KeyedState): void {
    this.#states.set(name, state);
    if (!state.deadline) return;
    const queue = this.#queues.get(state.deadline.gateway) ?? { states: new Set(), next: 0 };
    queue.states.add(state);
    queue.next = Math.min(queue.next, state.deadline.at);
    this.#queues.set(state.deadline.gateway, queue);
  }
}

function nameOf({ community, rule, key }: StatePlace): string {
  return `${community} ${rule} ${key}`;
}
