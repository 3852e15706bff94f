import type { AdapterContext } from '../adapter.ts';
import { isObject } from '../json-of-devices.ts';
import type { CacheFilter } from './button-presses.ts';

/** What is known of a button whose presses its bridge may cache. */
export interface Button {
  /** Whether the bridge leaves its presses out of the cache. */
  filter: CacheFilter;
  isDebounced: boolean;
  isThrottled: boolean;
  /** Filters the bridge's configuration had besides ours, which an order must not undo. */
  otherFilters: string[];
  /** Whether `button-unsure` was last reported; undefined where nothing was. */
  toldUnsure?: boolean;
}

const buttonsFile = 'buttons.json';

/** Reads the buttons, by address; where they cannot be read none is known. */
export function readButtons({ kept, log }: Pick<AdapterContext, 'kept' | 'log'>): Map<string, Button> {
  try {
    const entries: unknown = JSON.parse(kept.read(buttonsFile) ?? '[]');
    return new Map(Array.isArray(entries) ? entries.filter(isEntry) : []);
  } catch (error) {
    log.warn({ err: error }, 'buttons cannot be read: their bridge is asked once more');
    return new Map();
  }
}

/** Writes the buttons; where that fails their bridge is asked once more after a restart. */
export function writeButtons(
  { kept, log }: Pick<AdapterContext, 'kept' | 'log'>,
  buttons: ReadonlyMap<string, Button>,
): void {
  try {
    kept.write(buttonsFile, JSON.stringify([...buttons]));
  } catch (error) {
    log.warn({ err: error }, 'buttons not saved');
  }
}

const filters: readonly unknown[] = ['none', 'settling', 'clean'];

function isEntry(entry: unknown): entry is [string, Button] {
  if (!Array.isArray(entry) || typeof entry[0] !== 'string' || !isObject(entry[1])) return false;
  const { filter, isDebounced, isThrottled, otherFilters, toldUnsure } = entry[1];
  return (
    filters.includes(filter) &&
    typeof isDebounced === 'boolean' &&
    typeof isThrottled === 'boolean' &&
    Array.isArray(otherFilters) &&
    otherFilters.every((each) => typeof each === 'string') &&
    (toldUnsure === undefined || typeof toldUnsure === 'boolean')
  );
}
