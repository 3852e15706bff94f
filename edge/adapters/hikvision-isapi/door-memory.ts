import { createBoundedMap } from '../bounded-map.ts';

/** Most terminals remembered; a forgotten one is met as new. */
const maxTerminals = 5000;
/** Most doors of one controller. */
const maxDoors = 64;

/** What is remembered of terminals and their doors. */
export interface DoorMemory {
  /** Doors seen so far; a terminal that only sent heartbeats has its first. */
  doorsOf(terminal: string): number[];
  isHeldOpen(terminal: string, door: number): boolean;
  /** Tells what a door was last seen to be, once that is on disk. */
  saw(terminal: string, door: number, isHeldOpen?: boolean): void;
}

/** Creates an empty memory; it begins anew with the agent. */
export function createDoorMemory(): DoorMemory {
  const terminals = createBoundedMap<Map<number, boolean>>(maxTerminals);
  return {
    doorsOf: (terminal) => [...(terminals.get(terminal)?.keys() ?? [1])],
    isHeldOpen: (terminal, door) => terminals.get(terminal)?.get(door) === true,
    saw: (terminal, door, isHeldOpen) => {
      const doors = terminals.get(terminal) ?? new Map<number, boolean>();
      if (!doors.has(door) && doors.size >= maxDoors) return;
      doors.set(door, isHeldOpen ?? doors.get(door) ?? false);
      terminals.set(terminal, doors);
    },
  };
}
