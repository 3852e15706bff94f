import type { JournalEntry, RecordEntry } from '#contracts/journal-entry.ts';
import type { Body } from '#contracts/record-body.ts';

/** When the example records were captured, epoch ms. */
export const start = Date.UTC(2026, 10, 24, 1, 15);

/** A journal entry of device `d1` as the conformance suite writes them; `entry` overrides its fields. */
export function storedEntry(position: number, body: Body, entry: Partial<RecordEntry> = {}): JournalEntry {
  return {
    position,
    receivedAt: Math.max(start, entry.capturedAt ?? start) + position,
    class: 'record',
    community: 'c1',
    gateway: 'gw1',
    epoch: '9f86d081884c7d65',
    lane: 'telemetry',
    sequence: position,
    device: 'd1',
    address: 'watch-3g:6907919734',
    capturedAt: start,
    heldMs: 0,
    clock: { state: 'synchronized' },
    late: false,
    body,
    ...entry,
  };
}

/** A reading of a heart rate, per minute. */
export const heartRate = (value: number): Body => ({
  type: 'reading',
  quantity: 'heart-rate',
  value,
  unit: '/min',
});
/** The day of the example records, of `d1`. */
export const wholeDay = {
  community: 'c1',
  device: 'd1',
  quantity: 'heart-rate',
  from: start - 1,
  to: start + 86_400_000,
};

/** The clock that stores under this suite are opened with: three days after the example records, epoch ms. */
export const conformanceNow = (): number => start + 3 * 86_400_000;
