import type { JournalEntry } from '#contracts/journal-entry.ts';
import { pointsOf, type StorePoint } from './store-point.ts';
import type { RefusedEntry } from './telemetry-store.ts';

/** An entry with the points it is stored as. */
export interface EntryPoints {
  entry: JournalEntry;
  points: StorePoint[];
}

/** Turns entries into points; entries no engine can hold are refused, those without points left out. */
export function splitEntries(entries: readonly JournalEntry[]): {
  storable: EntryPoints[];
  refused: RefusedEntry[];
} {
  const storable: EntryPoints[] = [];
  const refused: RefusedEntry[] = [];
  for (const entry of entries) {
    try {
      const points = pointsOf(entry);
      if (points.length > 0) storable.push({ entry, points });
    } catch (error) {
      refused.push({ entry, reason: (error as Error).message });
    }
  }
  return { storable, refused };
}
