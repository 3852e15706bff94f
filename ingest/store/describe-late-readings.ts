import { expect } from 'vitest';
import type { RecordEntry } from '#contracts/journal-entry.ts';
import { lateAfterMs } from '#contracts/record.ts';
import { heartRate, start, storedEntry, wholeDay } from '../testing/stored-entries.ts';
import type { TelemetryStore } from './telemetry-store.ts';

const hour = 3_600_000;
/** The three ways to be late (DESIGN.md, promise 6); the entries were captured before the reading of now. */
const causes: [string, Partial<RecordEntry>][] = [
  ['historical', { historical: true, capturedAt: start + 2 * hour, observedAt: start }],
  ['held for long', { heldMs: lateAfterMs + 1, capturedAt: start }],
  ['of unknown age', { heldMs: undefined, capturedAt: start }],
];

/** What every engine must do with readings that come late. */
export function describeLateReadings(
  behaves: (sentence: string, check: (store: TelemetryStore) => Promise<void>) => void,
): void {
  for (const [cause, entry] of causes) {
    behaves(
      `a reading that is late, being ${cause}, overwrites no latest and stands in its place`,
      async (store) => {
        const late = storedEntry(2, heartRate(61), { ...entry, late: true });
        await store.write([storedEntry(1, heartRate(72), { capturedAt: start + hour })]);
        // Once behind the reading of now, once in a batch with it: the journal is written again after a fault.
        for (const entries of [[late], [late, storedEntry(1, heartRate(72), { capturedAt: start + hour })]]) {
          await store.write(entries);
          expect(await store.latest({ community: 'c1', device: 'd1' })).toMatchObject([
            { at: start + hour, value: 72, late: false },
          ]);
        }
        expect(
          (await store.readings(wholeDay)).map(({ at, value, late: isLate }) => [at, value, isLate]),
        ).toEqual([
          [start, 61, true],
          [start + hour, 72, false],
        ]);
      },
    );
  }
}
