import type { Taken } from '../adapter.ts';

/** What was last known of one device's keys; it begins anew with the agent. */
export type DeviceMemory = ReadonlyMap<string, unknown>;

/** Key under which the newest `last_seen` of a device is remembered. */
export const newestSeen = 'last seen';

/** A key of a state that changed, with the place of the observation that tells it. */
export interface Edge {
  key: string;
  isActive: boolean;
  observation: number;
}

/** What a state leaves behind, if all of it is new. */
export interface Remembered {
  memory: DeviceMemory;
  edges: readonly Edge[];
  /** By its own `last_seen`, a later state of the device was heard before. */
  isOvertaken: boolean;
}

/**
 * What is known of a device once its state is on disk. A change that the outbox knew is one sent again,
 * perhaps after its end: a beginning is then not remembered, since it would hide the next alarm, but an end
 * is, unless a later state was heard. At worst, what still holds is told once more.
 *
 * @param before What was known before the state.
 * @param taken What became of its observations, in order.
 */
export function memoryAfter(
  { memory, edges, isOvertaken }: Remembered,
  before: DeviceMemory,
  taken: readonly Taken[],
): DeviceMemory {
  const after = new Map(memory);
  const restore = (key: string) => {
    if (before.has(key)) after.set(key, before.get(key));
    else after.delete(key);
  };
  for (const { key, isActive, observation } of edges) {
    if (taken[observation] !== 'repeat' || (!isActive && !isOvertaken)) continue;
    restore(key);
    restore(`at ${key}`);
  }
  // Presses of a button are sent again one after another: the next may be one of them too.
  if (isRepeat(taken)) restore('seen');
  return after;
}

/** True where a state told nothing but what was told before. */
export function isRepeat(taken: readonly Taken[]): boolean {
  return taken.length > 0 && taken.every((each) => each === 'repeat');
}
