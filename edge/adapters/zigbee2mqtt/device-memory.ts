import type { Acceptance } from '../adapter.ts';
import type { ButtonMemory } from './button-presses.ts';

/** What a key of a condition last was, and when it became so by our clock, epoch ms. */
export interface KnownCondition {
  /** Undefined where its last value could not be read. */
  isActive: boolean | undefined;
  at: number;
  /** `last_seen` of its last beginning, epoch ms. */
  beganAt?: number;
}

/** What was last known of one device; it begins anew with the agent. */
export interface DeviceMemory {
  isHeard: boolean;
  /** Newest `last_seen`, epoch ms. */
  newestSeen?: number;
  conditions: ReadonlyMap<string, KnownCondition>;
  readings: ReadonlyMap<string, number>;
  buttons: ReadonlyMap<string, ButtonMemory>;
}

/** Of a device that was not heard since the agent started. */
export const nothingKnown: DeviceMemory = {
  isHeard: false,
  conditions: new Map(),
  readings: new Map(),
  buttons: new Map(),
};

/** A key of a state that changed, with the index of the observation that reports it. */
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
 * is, unless a later state was heard. At worst, what still holds is reported once more.
 *
 * @param before What was known before the state.
 * @param accepted What became of its observations, in order.
 */
export function memoryAfter(
  { memory, edges, isOvertaken }: Remembered,
  before: DeviceMemory,
  accepted: readonly Acceptance[],
): DeviceMemory {
  const conditions = new Map(memory.conditions);
  for (const { key, isActive, observation } of edges) {
    if (accepted[observation] !== 'repeat' || (!isActive && !isOvertaken)) continue;
    const known = before.conditions.get(key);
    if (known) conditions.set(key, known);
    else conditions.delete(key);
  }
  // Messages are sent again one after another: the next may be one of them too.
  const isHeard = isRepeat(accepted) ? before.isHeard : memory.isHeard;
  return { ...memory, isHeard, conditions };
}

/** True where a state reported nothing new. */
export function isRepeat(accepted: readonly Acceptance[]): boolean {
  return accepted.length > 0 && accepted.every((each) => each === 'repeat');
}
