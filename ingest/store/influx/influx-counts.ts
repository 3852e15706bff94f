import type { Count, CountRange, CountSubject } from '#contracts/telemetry-reader.ts';
import { checkCounts, rankCounts } from '../count-range.ts';
import { instant } from './influx-line.ts';
import type { InfluxQuery } from './influx-query.ts';

const counted: Record<CountSubject, string> = {
  incidents: `"incident" WHERE "transition" = 'opened' AND "drill" = false`,
  events: '"event" WHERE "active" = true',
};

/**
 * Counts by tag. Every point has its journal position, so that is what is counted; the answer is cut to length here,
 * because 3 Core has no SLIMIT.
 */
export async function countIn(query: InfluxQuery, range: CountRange): Promise<Count[]> {
  const { by, only } = checkCounts(range);
  const names = only.map(([group]) => `AND "${group}" = $${group}`).join(' ');
  const { community, from, to } = range;
  const countBy = (field: string) =>
    query(
      `SELECT count("${field}") AS "count" FROM ${counted[range.of]}
       AND "community" = $community AND time >= $from AND time < $to ${names} GROUP BY "${by}"`,
      { community, from: instant(from), to: instant(to), ...Object.fromEntries(only) },
    );
  const all = await countBy('position');
  if (range.of === 'incidents') return rankCounts(all.map((row) => ({ name: row[by], count: row.count })));
  // Only events that another gateway said have this field: InfluxQL cannot ask for those without one.
  const ofOthers = new Map((await countBy('said_by_other')).map((row) => [row[by], Number(row.count)]));
  const own = all.map((row) => ({
    name: row[by],
    count: Number(row.count) - (ofOthers.get(row[by] ?? null) ?? 0),
  }));
  return rankCounts(own.filter(({ count }) => count > 0));
}
