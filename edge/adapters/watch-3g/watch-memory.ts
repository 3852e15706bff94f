import type { Observation } from '../adapter.ts';
import { createBoundedMap } from '../bounded-map.ts';
import { readingOf } from './vitals.ts';

/** States of a watch that are told only when they change. */
export interface WatchState {
  worn?: boolean;
  lowBattery?: boolean;
}

/** Most watches whose states are remembered; a forgotten one tells its states once more. */
const maxWatches = 20_000;

/** Remembers what each watch last said of itself. */
export interface WatchMemory {
  /** Observations for what differs from the last said; nothing is remembered yet. */
  changes(device: string, state: WatchState): Observation[];
  /** What was said is on disk. */
  commit(device: string, state: WatchState): void;
}

/** Creates an empty memory: after a restart every watch tells its states once. */
export function createWatchMemory(): WatchMemory {
  const states = createBoundedMap<WatchState>(maxWatches);
  return {
    changes: (device, { worn, lowBattery }) => {
      const before = states.get(device);
      const changes: Observation[] = [];
      if (worn !== undefined && worn !== before?.worn) {
        changes.push({ device, body: readingOf('worn', worn ? 1 : 0) });
      }
      if (lowBattery && !before?.lowBattery) {
        changes.push({ device, body: { type: 'event', kind: 'low-battery', code: '00000001' } });
      }
      return changes;
    },
    commit: (device, { worn, lowBattery }) => {
      if (worn === undefined && lowBattery === undefined) return;
      const before = states.get(device);
      states.set(device, { worn: worn ?? before?.worn, lowBattery: lowBattery ?? before?.lowBattery });
    },
  };
}
