import { useSyncExternalStore } from 'react';
import type { LiveUpdate, Snapshot } from '#contracts/socket-events.ts';
import {
  applyMissed,
  applyUpdate,
  emptyLiveState,
  fromSnapshot,
  type LiveState,
  unsynced,
} from './live-state.ts';

/**
 * Longest wait before a change is drawn while changes of its kind pour in, in ms; the first of a burst is drawn at
 * once. Incidents are a kind of their own: they wait for no reading.
 */
export const drawEveryMs = 40;

/** Holds the one live state of a page. */
export interface LiveStore {
  getState(): LiveState;
  /** Called within the task of the change: for sound, which must not wait for drawing. */
  onChange(listener: (state: LiveState, before: LiveState) => void): () => void;
  /** Called at most once in `drawEveryMs` for incidents, and as often for all else: for drawing. */
  subscribe(listener: () => void): () => void;
  takeSnapshot(snapshot: Snapshot): void;
  takeUpdate(update: LiveUpdate): void;
  takeMissed(updates: readonly LiveUpdate[]): void;
  /** A new connection begins. */
  unsync(): void;
  /** Forgets everything, at signing out. */
  clear(): void;
}

/** Creates an empty store. `schedule` runs a function after some ms (`setTimeout` in a page). */
export function createLiveStore(schedule: (run: () => void, afterMs: number) => void): LiveStore {
  let state = emptyLiveState;
  const changeListeners = new Set<(state: LiveState, before: LiveState) => void>();
  const drawListeners = new Set<() => void>();
  const draw = () => {
    for (const listener of drawListeners) listener();
  };
  const drawIncidents = paced(draw, schedule);
  const drawOthers = paced(draw, schedule);
  const become = (next: LiveState) => {
    if (next === state) return;
    const before = state;
    state = next;
    for (const listener of changeListeners) listener(state, before);
    if (state.incidents !== before.incidents) drawIncidents();
    else drawOthers();
  };

  return {
    getState: () => state,
    onChange: (listener) => {
      changeListeners.add(listener);
      return () => changeListeners.delete(listener);
    },
    subscribe: (listener) => {
      drawListeners.add(listener);
      return () => drawListeners.delete(listener);
    },
    takeSnapshot: (snapshot) => become(fromSnapshot(snapshot)),
    takeUpdate: (update) => become(applyUpdate(state, update)),
    takeMissed: (updates) => become(applyMissed(state, updates)),
    unsync: () => become(unsynced(state)),
    clear: () => become(emptyLiveState),
  };
}

/** A function that draws at once and then not again before a rest, after which what came meanwhile is drawn. */
function paced(draw: () => void, schedule: (run: () => void, afterMs: number) => void): () => void {
  let resting = false;
  let drawAfterRest = false;
  const pace = () => {
    if (resting) {
      drawAfterRest = true;
      return;
    }
    resting = true;
    schedule(() => {
      resting = false;
      if (!drawAfterRest) return;
      drawAfterRest = false;
      pace();
    }, drawEveryMs);
    draw();
  };
  return pace;
}

/** Reads a part of the live state; `select` must give the same object for the same state. */
export function useLive<T>(store: LiveStore, select: (state: LiveState) => T): T {
  return useSyncExternalStore(store.subscribe, () => select(store.getState()));
}
