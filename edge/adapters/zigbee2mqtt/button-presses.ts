import { secondPressMs } from './config.ts';
import { digestOf } from './event-identity.ts';

/** What was last known of a key of a button that only ever says true. */
export interface ButtonMemory {
  /** The last message said true, so that the bridge's cache may say it again. */
  isCached: boolean;
  /** What a report of the battery changes, as it last was. */
  measured: string;
  /** All else of the state, as it last was. */
  rest: string;
  /** `last_seen` of the message it was last true in, epoch ms; absent where that is no identity. */
  lastTrueAt?: number;
  /** When a message was last reported as a press or a repeat, epoch ms. */
  unsureAt?: number;
}

/** Whether the bridge leaves the key out of its cache; `settling` until the first message after it said so. */
export type CacheFilter = 'none' | 'settling' | 'clean';

/** What of a message decides whether `true` in it is a press. */
export interface TrueReport {
  /** Undefined where the device was not heard since the agent started. */
  memory: ButtonMemory | undefined;
  /** The key was reported before and, as far as was received, is still in the cache. */
  isReported: boolean;
  /** It may come from the cache by its time, and has nothing but what was reported before. */
  isReportedCache: boolean;
  /** A message with this same `last_seen` was reported before. */
  isSameInstant: boolean;
  /** The message can come from the broker's store, whatever the bridge caches. */
  isStored: boolean;
  filter: CacheFilter;
  /** The bridge joins what a device says within seconds, so that a press may come with another value. */
  isDebounced: boolean;
  measured: string;
  rest: string;
  now: number;
}

/** `reported` was reported before; `cached` came with a report of the battery. */
export type PressVerdict = 'press' | 'press-or-repeat' | 'cached' | 'reported';

/**
 * Tells a press from the bridge's cache, which repeats `true` with every later message of the device. A frame of the
 * alarm cluster carries `tamper` and `battery_low` too: only what comes in frames of its own makes a repeat sure.
 */
export function classifyTrue(report: TrueReport): PressVerdict {
  const { memory, filter } = report;
  if (report.isSameInstant) return 'reported';
  const isKnownClear = memory ? !memory.isCached : !report.isReported;
  if (isKnownClear) return 'press';
  if (report.isReportedCache && (filter !== 'clean' || report.isStored)) return 'reported';
  if (filter === 'clean') return 'press';
  const isMeasured =
    memory !== undefined && memory.measured !== report.measured && memory.rest === report.rest;
  if (isMeasured && !report.isDebounced) return 'cached';
  if (filter === 'settling') return 'press';
  const sinceUnsureMs = report.now - (memory?.unsureAt ?? Number.NEGATIVE_INFINITY);
  return sinceUnsureMs >= 0 && sinceUnsureMs <= secondPressMs ? 'press' : 'press-or-repeat';
}

const measuredKeys = new Set(['battery', 'voltage', 'temperature', 'device_temperature', 'humidity']);
const passingKeys = new Set(['last_seen', 'linkquality', 'elapsed', 'update', 'update_available', 'device']);

/** Digests of what a state says beside the key: of the values that are reported by themselves, and of all others. */
export function besideKey(state: Record<string, unknown>, key: string): { measured: string; rest: string } {
  const entries = Object.entries(state)
    .filter(([name]) => name !== key && !passingKeys.has(name))
    .sort(([one], [other]) => (one < other ? -1 : 1));
  const isMeasured = ([name]: [string, unknown]) => measuredKeys.has(name);
  return {
    measured: digestOf(entries.filter(isMeasured)),
    rest: digestOf(entries.filter((entry) => !isMeasured(entry))),
  };
}
