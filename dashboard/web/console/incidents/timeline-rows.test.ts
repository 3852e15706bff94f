import { expect, test } from 'vitest';
import type { TimelineEntry } from '#contracts/incident.ts';
import { timelineRows } from './timeline-rows.ts';

const line = (sequence: number, type: TimelineEntry['type'] = 'alarm', warning = 'w-1'): TimelineEntry => ({
  incident: 'i-0b6d1f5e-6a0d-4a8e-9a53-0d6a3f1f7f10',
  sequence,
  at: sequence,
  type,
  words: { zh: '', en: '' },
  ...(type === 'alarm' && { warning }),
});
const inShort = (entries: TimelineEntry[]) =>
  timelineRows(entries).map((row) =>
    row.type === 'line'
      ? `${row.entry.sequence}`
      : row.type === 'more'
        ? `+${row.entries.length}`
        : `hole of ${row.count} after ${row.after}`,
  );

const cases: [string, TimelineEntry[], string[]][] = [
  ['few lines, newest first', [line(1, 'opened'), line(2), line(3, 'notified')], ['3', '2', '1']],
  [
    'a sender that cries without end folds, and what a guard did between stays in sight',
    [line(1, 'opened'), line(2), line(3), line(4), line(5), line(6, 'acknowledged'), line(7), line(8)],
    ['8', '7', '6', '5', '+3', '1'],
  ],
  [
    'alarms of two devices do not fold into one another',
    [line(1), line(2, 'alarm', 'w-2'), line(3), line(4, 'alarm', 'w-2')],
    ['4', '3', '2', '1'],
  ],
  [
    'lines that were left out are a hole, in the midst of alike alarms too',
    [line(1, 'opened'), line(2), line(3), line(5003), line(5004), line(5005), line(5006)],
    ['5006', '+3', 'hole of 4999 after 3', '3', '2', '1'],
  ],
];

test.each(cases)('%s', (_name, entries, rows) => {
  expect(inShort(entries)).toEqual(rows);
});
