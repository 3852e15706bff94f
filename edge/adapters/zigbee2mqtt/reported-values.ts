import { createBoundedMap } from '#runtime/bounded-map.ts';
import type { AdapterContext } from '../adapter.ts';
import { maxReportedValues, reportedRefreshMs, reportedUrgentMs } from './config.ts';

/** A value that was reported and, as far as the agent has received, is still in the bridge's cache. */
export interface ReportedValue {
  value: string;
  /** Newest `last_seen` with which the value was received, epoch ms. */
  lastSeen?: number;
}

/**
 * Dangerous values that were reported, by device and key. They survive a restart and do not expire. A state that the
 * bridge repeats from its cache is recognized by them.
 */
export interface ReportedValues {
  get(device: string, key: string): ReportedValue | undefined;
  /** The value was reported, or received again; `isUrgent` where even a restart a moment later must find it. */
  set(device: string, key: string, reported: ReportedValue, isUrgent: boolean): void;
  /** The key has another value now. */
  delete(device: string, key: string, isUrgent: boolean): void;
  /** Schedules the write of changes: one alarm at once, those of a storm together `reportedUrgentMs` after the last write. */
  save(): void;
  /** Writes what waits. */
  close(): void;
}

/** Named as in data folders of older agents. */
const reportedFile = 'told-values.json';

/** Opens the values reported before; where the file cannot be read, there are none. */
export function openReportedValues({
  kept,
  log,
  count,
}: Pick<AdapterContext, 'kept' | 'log' | 'count'>): ReportedValues {
  const entries = createBoundedMap<string, ReportedValue>(maxReportedValues);
  for (const [key, reported] of readEntries(kept.read(reportedFile), log)) entries.set(key, reported);
  let changed: 'not' | 'soon' | 'now' = 'not';
  let waiting: { isUrgent: boolean; timer: NodeJS.Timeout } | undefined;

  let writtenAt = Number.NEGATIVE_INFINITY;
  const write = () => {
    clearTimeout(waiting?.timer);
    waiting = undefined;
    writtenAt = performance.now();
    if (changed === 'not') return;
    try {
      kept.write(reportedFile, JSON.stringify([...entries.rentries()]));
      changed = 'not';
    } catch (error) {
      count('reported-values-not-saved');
      log.warn({ err: error }, 'reported values not saved: after a restart they may be reported once more');
    }
  };
  const change = (isUrgent: boolean) => {
    if (isUrgent) changed = 'now';
    else if (changed === 'not') changed = 'soon';
  };
  return {
    get: (device, key) => entries.get(entryKey(device, key)),
    set: (device, key, reported, isUrgent) => {
      const before = entries.get(entryKey(device, key));
      const isSame = before?.value === reported.value;
      const lastSeen = isSame ? newest(before.lastSeen, reported.lastSeen) : reported.lastSeen;
      if (isSame && before.lastSeen === lastSeen) return;
      entries.set(entryKey(device, key), {
        value: reported.value,
        ...(lastSeen !== undefined && { lastSeen }),
      });
      change(isUrgent && !isSame);
    },
    delete: (device, key, isUrgent) => {
      if (entries.delete(entryKey(device, key))) change(isUrgent);
    },
    save: () => {
      const isUrgent = changed === 'now';
      if (changed === 'not' || (waiting && (waiting.isUrgent || !isUrgent))) return;
      const waitMs = isUrgent ? writtenAt + reportedUrgentMs - performance.now() : reportedRefreshMs;
      if (waitMs <= 0) return write();
      clearTimeout(waiting?.timer);
      waiting = { isUrgent, timer: setTimeout(write, waitMs).unref() };
    },
    close: write,
  };
}

/** An address has no blank, so that no two pairs share a key. */
function entryKey(device: string, key: string): string {
  return `${device} ${key}`;
}

function newest(before: number | undefined, now: number | undefined): number | undefined {
  return before === undefined || now === undefined ? (now ?? before) : Math.max(before, now);
}

function readEntries(text: string | undefined, log: AdapterContext['log']): [string, ReportedValue][] {
  try {
    const entries: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(entries) ? entries.filter(isEntry) : [];
  } catch (error) {
    log.warn({ err: error }, 'reported values cannot be read: they may be reported once more');
    return [];
  }
}

function isEntry(entry: unknown): entry is [string, ReportedValue] {
  if (!Array.isArray(entry) || typeof entry[0] !== 'string') return false;
  const reported = entry[1] as Partial<ReportedValue> | null;
  return (
    typeof reported?.value === 'string' &&
    (reported.lastSeen === undefined || typeof reported.lastSeen === 'number')
  );
}
