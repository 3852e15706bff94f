/**
 * What has been accepted of one (gateway, epoch, lane): everything up to `acknowledged`, and the ranges
 * above it, ascending, never touching one another.
 */
export interface Stream {
  acknowledged: number;
  ranges: [from: number, to: number][];
}

/** Ranges kept above the acknowledged sequence; records that would open one more are left to be resent. */
export const maxRanges = 1024;

/** `new`: at least one sequence was not receipt before; `full`: there was no room to remember it. */
export type Receipt = 'new' | 'duplicate' | 'full';

/** True where all of the sequences `from` to `to` were accepted before. */
export function isReceived({ acknowledged, ranges }: Readonly<Stream>, from: number, to: number): boolean {
  return to <= acknowledged || ranges.some(([first, last]) => first <= from && last >= to);
}

/** The sequences above the acknowledged one and up to `to` that were not accepted, ascending. */
export function holesUpTo({ acknowledged, ranges }: Readonly<Stream>, to: number): Stream['ranges'] {
  const holes: Stream['ranges'] = [];
  let from = acknowledged + 1;
  for (const [first, last] of ranges) {
    if (first > to) break;
    if (from < first) holes.push([from, first - 1]);
    from = last + 1;
  }
  if (from <= to) holes.push([from, to]);
  return holes;
}

/** Marks the sequences `from` to `to` (≥ 1, inclusive) as received. */
export function markReceived(stream: Stream, from: number, to: number): Receipt {
  if (to <= stream.acknowledged) return 'duplicate';
  if (from > stream.acknowledged + 1) return coverAbove(stream, from, to);
  stream.acknowledged = to;
  while (stream.ranges[0] && stream.ranges[0][0] <= stream.acknowledged + 1) {
    stream.acknowledged = Math.max(stream.acknowledged, stream.ranges[0][1]);
    stream.ranges.shift();
  }
  return 'new';
}

function coverAbove(stream: Stream, from: number, to: number): Receipt {
  const { ranges } = stream;
  // First range that ends at or after the place before `from`: the first that may touch.
  let index = ranges.length;
  while (index > 0 && (ranges[index - 1] as [number, number])[1] >= from - 1) index -= 1;
  const found = ranges[index];
  if (found && found[0] <= from && found[1] >= to) return 'duplicate';
  let end = index;
  let start = from;
  let stop = to;
  while (end < ranges.length && (ranges[end] as [number, number])[0] <= to + 1) {
    const [rangeFrom, rangeTo] = ranges[end] as [number, number];
    start = Math.min(start, rangeFrom);
    stop = Math.max(stop, rangeTo);
    end += 1;
  }
  if (end === index && ranges.length >= maxRanges) return 'full';
  ranges.splice(index, end - index, [start, stop]);
  return 'new';
}
