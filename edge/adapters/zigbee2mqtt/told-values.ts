import { createBoundedMap } from '#runtime/bounded-map.ts';
import type { AdapterContext } from '../adapter.ts';
import { maxToldValues, toldRefreshMs, toldUrgentMs } from './config.ts';

/** A value that was told and, as far as the agent heard, still stands in the bridge's cache. */
export interface ToldValue {
  value: string;
  /** Newest `last_seen` with which the value was heard, epoch ms. */
  lastSeen?: number;
}

/**
 * Values of danger that were told, by device and key; they outlive a restart and have no age. By them a cached state
 * is known for what it is.
 */
export interface ToldValues {
  get(device: string, key: string): ToldValue | undefined;
  /** The value is told, or stands on; `isUrgent` where a restart a moment later must know of it. */
  stands(device: string, key: string, told: ToldValue, isUrgent: boolean): void;
  /** The key says something else now. */
  over(device: string, key: string, isUrgent: boolean): void;
  /** Has what changed written: a lone alarm at once, those of a storm together, `toldUrgentMs` after the last write. */
  save(): void;
  /** Writes what waits. */
  close(): void;
}

const toldFile = 'told-values.json';

/** Opens the values that were told before; where a file cannot be read, nothing was. */
export function openToldValues({
  kept,
  log,
  count,
}: Pick<AdapterContext, 'kept' | 'log' | 'count'>): ToldValues {
  const entries = createBoundedMap<string, ToldValue>(maxToldValues);
  for (const [key, told] of readEntries(kept.read(toldFile), log)) entries.set(key, told);
  let changed: 'not' | 'soon' | 'now' = 'not';
  let waiting: { isUrgent: boolean; timer: NodeJS.Timeout } | undefined;

  let writtenAt = Number.NEGATIVE_INFINITY;
  const write = () => {
    clearTimeout(waiting?.timer);
    waiting = undefined;
    writtenAt = performance.now();
    if (changed === 'not') return;
    try {
      kept.write(toldFile, JSON.stringify([...entries.rentries()]));
      changed = 'not';
    } catch (error) {
      count('told-values-not-kept');
      log.warn({ err: error }, 'what was told is not kept: after a restart it may be told once more');
    }
  };
  const change = (isUrgent: boolean) => {
    if (isUrgent) changed = 'now';
    else if (changed === 'not') changed = 'soon';
  };
  return {
    get: (device, key) => entries.get(entryKey(device, key)),
    stands: (device, key, told, isUrgent) => {
      const before = entries.get(entryKey(device, key));
      const isSame = before?.value === told.value;
      const lastSeen = isSame ? newest(before.lastSeen, told.lastSeen) : told.lastSeen;
      if (isSame && before.lastSeen === lastSeen) return;
      entries.set(entryKey(device, key), { value: told.value, ...(lastSeen !== undefined && { lastSeen }) });
      change(isUrgent && !isSame);
    },
    over: (device, key, isUrgent) => {
      if (entries.delete(entryKey(device, key))) change(isUrgent);
    },
    save: () => {
      const isUrgent = changed === 'now';
      if (changed === 'not' || (waiting && (waiting.isUrgent || !isUrgent))) return;
      const waitMs = isUrgent ? writtenAt + toldUrgentMs - performance.now() : toldRefreshMs;
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

function readEntries(text: string | undefined, log: AdapterContext['log']): [string, ToldValue][] {
  try {
    const entries: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(entries) ? entries.filter(isEntry) : [];
  } catch (error) {
    log.warn({ err: error }, 'what was told before cannot be read: it may be told once more');
    return [];
  }
}

function isEntry(entry: unknown): entry is [string, ToldValue] {
  if (!Array.isArray(entry) || typeof entry[0] !== 'string') return false;
  const told = entry[1] as Partial<ToldValue> | null;
  return (
    typeof told?.value === 'string' && (told.lastSeen === undefined || typeof told.lastSeen === 'number')
  );
}
