import type { EventKind } from '#contracts/facts/event-kinds.ts';
import { createBoundedMap } from '#runtime/bounded-map.ts';
import { type CodeMeaning, info } from './code-meaning.ts';

/** Most terminals remembered; a forgotten one is met as new. */
const maxTerminals = 5000;
/** Most doors of one controller, zones of an alarm panel included. */
const maxDoors = 256;
/** Most conditions that stand at one door. */
const maxConditions = 32;

/** What stands at a place of a terminal: the reader's tampering, the line of a module. */
export interface Condition {
  kind: EventKind;
  name: string;
}

/** A condition that began or ended. */
export interface ConditionChange {
  condition: Condition;
  stands: boolean;
}

/** What is remembered of terminals and their doors. */
export interface DoorMemory {
  /** Doors seen so far; a terminal that only sent heartbeats has its first. */
  doorsOf(terminal: string): string[];
  /** Names of the conditions of a kind that stand at a door. */
  activeAlarms(terminal: string, door: string, kind: EventKind): string[];
  /** The door was told of, once that is on disk; what began or ended there. */
  saw(terminal: string, door: string, changes?: readonly ConditionChange[]): void;
}

/** Creates an empty memory; it begins anew with the agent. */
export function createDoorMemory(): DoorMemory {
  const terminals = createBoundedMap<string, Map<string, Set<string>>>(maxTerminals);
  const nameOf = ({ kind, name }: Condition) => `${kind} ${name}`;
  return {
    doorsOf: (terminal) => [...(terminals.get(terminal)?.keys() ?? ['1'])],
    activeAlarms: (terminal, door, kind) =>
      [...(terminals.get(terminal)?.get(door) ?? [])]
        .filter((name) => name.startsWith(`${kind} `))
        .map((name) => name.slice(kind.length + 1)),
    saw: (terminal, door, changes = []) => {
      const doors = terminals.get(terminal) ?? new Map<string, Set<string>>();
      if (!doors.has(door) && doors.size >= maxDoors) return;
      const conditions = doors.get(door) ?? new Set<string>();
      for (const { condition, stands } of changes) {
        if (!stands) conditions.delete(nameOf(condition));
        else if (conditions.size < maxConditions) conditions.add(nameOf(condition));
      }
      doors.set(door, conditions);
      terminals.set(terminal, doors);
    },
  };
}

/**
 * What an event tells of a place, and changes there: of several conditions of one kind, such as the tampering of the
 * terminal and of its reader, only the last that ends is told as the end.
 */
export function concludeAt(
  doors: DoorMemory,
  { terminal, door }: { terminal: string; door: string },
  meaning: CodeMeaning,
): { meaning: CodeMeaning; changes: readonly ConditionChange[] } {
  const { kind, active, condition: name = 'door' } = meaning;
  if (active === undefined) return { meaning, changes: [] };
  const changes = [{ condition: { kind, name }, stands: active }];
  const others = active ? [] : doors.activeAlarms(terminal, door, kind).filter((one) => one !== name);
  if (others.length === 0) return { meaning, changes };
  const words = `${name} 恢复, ${others.join(', ')} 仍在 (${name} restored, others still stand)`;
  return { meaning: info(`${kind}: ${words}`.slice(0, 256)), changes };
}
