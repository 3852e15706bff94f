import type { JournalEntry } from '#contracts/journal-entry.ts';
import { pointsOf } from './points-of.ts';
import type { StorePoint } from './store-point.ts';
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
      const reason = (error as Error).message;
      refused.push({ entry, measurement: measurementOf(entry), cause: 'unholdable', reason });
    }
  }
  return { storable, refused };
}

/** The measurement that an entry's points belong to; all of them are of one. */
export function measurementOf(entry: JournalEntry): StorePoint['type'] {
  switch (entry.class) {
    case 'incident':
    case 'gateway':
      return entry.class;
    case 'metrics':
      return 'metric';
    case 'skipped':
      return 'gap';
    case 'record':
      return ofBody[entry.body.type];
    default:
      return 'event';
  }
}

type RecordBody = Extract<JournalEntry, { class: 'record' }>['body'];
const ofBody: Record<RecordBody['type'], StorePoint['type']> = {
  reading: 'reading',
  waveform: 'reading',
  position: 'position',
  event: 'event',
  'command-result': 'event',
  'keep-alive': 'event',
  gap: 'gap',
};
