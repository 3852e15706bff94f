import type { TimelineEntry } from '#contracts/incident.ts';

/** So many alarms of one warning in a row stand as they are; of more the newest does, and the rest folds. */
const maxUnfolded = 3;

/** What a timeline draws: a line, further alarms like the line before it, or a hole that can be loaded. */
export type TimelineRow =
  | { type: 'line'; key: number; entry: TimelineEntry }
  | { type: 'more'; key: number; entries: readonly TimelineEntry[] }
  | { type: 'hole'; key: number; after: number; count: number };

/** The rows of a timeline, newest first. */
export function timelineRows(entries: readonly TimelineEntry[]): TimelineRow[] {
  const rows: TimelineRow[] = [];
  const newestFirst = [...entries].sort((a, b) => b.sequence - a.sequence);
  for (let index = 0; index < newestFirst.length; ) {
    const entry = newestFirst[index] as TimelineEntry;
    const run = runFrom(newestFirst, index);
    rows.push({ type: 'line', key: entry.sequence, entry });
    const more = newestFirst.slice(index + 1, index + run);
    if (run > maxUnfolded) rows.push({ type: 'more', key: entry.sequence, entries: more });
    else rows.push(...more.map((one) => ({ type: 'line', key: one.sequence, entry: one }) as const));
    index += run;
    const oldest = newestFirst[index - 1]?.sequence ?? 1;
    const after = newestFirst[index]?.sequence ?? 0;
    if (oldest > after + 1) rows.push({ type: 'hole', key: after, after, count: oldest - after - 1 });
  }
  return rows;
}

/** How many lines from one on are alarms of the same warning, without a hole between them. */
function runFrom(lines: readonly TimelineEntry[], from: number): number {
  const first = lines[from];
  if (first?.type !== 'alarm' || first.warning === undefined) return 1;
  let length = 1;
  while (lines[from + length]?.warning === first.warning && lines[from + length]?.type === 'alarm') {
    if (lines[from + length]?.sequence !== first.sequence - length) break;
    length += 1;
  }
  return length;
}
