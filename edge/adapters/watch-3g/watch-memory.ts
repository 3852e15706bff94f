import { createBoundedMap } from '#runtime/bounded-map.ts';
import type { Observation } from '../adapter.ts';
import { stateBits, statusHex } from './alarm-profile.ts';
import { readingOf } from './vitals.ts';
import type { WatchFix } from './watch-place.ts';

/** States of a watch that are told only when they change. */
export interface WatchState {
  worn?: boolean;
  lowBattery?: boolean;
  /** An alarm alone says that it began; any record says that it is over. */
  powerCut?: boolean;
  /** STATUS bits of the last record, and of the last that the watch had stored: an alarm that stands is told once. */
  bits?: number;
  storedBits?: number;
}

/** Most watches whose states are remembered; a forgotten one tells its states once more. */
const maxWatches = 20_000;

/** Remembers what each watch last said of itself. */
export interface WatchMemory {
  /** Observations for what differs from the last said; nothing is remembered yet. */
  changes(device: string, state: WatchState): Observation[];
  /** What was said is on disk. */
  commit(device: string, state: WatchState): void;
  /** What the watch last said of itself. */
  last(device: string): WatchState;
  lastFix(device: string): WatchFix | undefined;
  /** A newer fix takes the place of the one before it. */
  rememberFix(device: string, fix: WatchFix): void;
}

/** Creates an empty memory: after a restart every watch tells its states once. */
export function createWatchMemory(): WatchMemory {
  const states = createBoundedMap<string, WatchState>(maxWatches);
  const fixes = createBoundedMap<string, WatchFix>(maxWatches);
  return {
    changes: (device, { worn, lowBattery, powerCut }) => {
      const before = states.get(device);
      const changes: Observation[] = [];
      if (worn !== undefined && worn !== before?.worn) {
        changes.push({ device, body: readingOf('worn', worn ? 1 : 0) });
      }
      if (lowBattery && !before?.lowBattery) {
        const code = statusHex(1 << stateBits.lowBattery);
        changes.push({ device, body: { type: 'event', kind: 'low-battery', code } });
      }
      if (powerCut === false && before?.powerCut) {
        const code = statusHex(1 << stateBits.powerCut);
        changes.push({ device, body: { type: 'event', kind: 'power-fault', active: false, code } });
      }
      return changes;
    },
    commit: (device, state) => {
      const said = Object.entries(state).filter(([, value]) => value !== undefined);
      if (said.length > 0) states.set(device, { ...states.get(device), ...Object.fromEntries(said) });
    },
    last: (device) => states.get(device) ?? {},
    lastFix: (device) => fixes.get(device),
    rememberFix: (device, fix) => {
      const known = fixes.get(device);
      if (!known || fix.at >= known.at) fixes.set(device, fix);
    },
  };
}
