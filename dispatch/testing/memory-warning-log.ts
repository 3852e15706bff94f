import { type EventKind, eventKinds, factsOf } from '#contracts/facts/event-kinds.ts';
import type { WarningLogReader, WarningTransition } from '#contracts/warning-transition.ts';

/** 2026-11-24 09:15:00 in Shanghai, epoch ms. */
export const testTime = Date.UTC(2026, 10, 24, 1, 15);

/** A warning log in memory, for parts that read one. */
export interface MemoryWarningLog extends WarningLogReader {
  /** Appends a transition: an SOS of the first watch with what differs from it. */
  append(line?: Partial<WarningTransition>): WarningTransition;
  /** Empties the log, as a restored backup may. */
  clear(): void;
}

/** Creates an empty log. */
export function createMemoryLog(): MemoryWarningLog {
  let lines: WarningTransition[] = [];
  return {
    read: async (sequence, limit) => lines.slice(sequence, sequence + limit),
    newest: async () => lines.length,
    clear: () => {
      lines = [];
    },
    append: (given = {}) => {
      const line = lineOf(lines.length + 1, given);
      lines.push(line);
      return line;
    },
  };
}

function lineOf(sequence: number, given: Partial<WarningTransition>): WarningTransition {
  const kind = given.kind ?? 'sos';
  const facts = Object.hasOwn(eventKinds, kind) ? factsOf(kind as EventKind) : undefined;
  const device = given.device ?? 'watch-0';
  const at = given.at ?? testTime + sequence * 1000;
  return {
    sequence,
    at,
    position: sequence * 10,
    warning: `w-${sequence.toString(16).padStart(24, '0')}`,
    transition: 'raised',
    rule: kind,
    key: device,
    kind,
    level: facts?.level ?? 'yellow',
    lifeSafety: facts?.lifeSafety ?? false,
    late: false,
    drill: false,
    community: 'c1',
    device,
    gateway: 'gw1',
    record: { community: 'c1', gateway: 'gw1', epoch: '9f86d081884c7d65', lane: 'alarm', sequence },
    capturedAt: at,
    evidence: { zh: `${kind} 证据`, en: `${kind} evidence`, values: {} },
    ...given,
  };
}
