import {
  type Count,
  type CountGroup,
  type CountRange,
  countGroups,
  maxCounts,
} from '#contracts/telemetry-reader.ts';

/** A query for counts with checked names: these may be in a query's text, the values of `only` never. */
export interface CheckedCounts {
  by: CountGroup;
  only: [group: CountGroup, name: string][];
}

/** @throws {RangeError} for names that are none of `countGroups`. */
export function checkCounts({ of, by, only = {} }: CountRange): CheckedCounts {
  const known: readonly CountGroup[] = Object.hasOwn(countGroups, of) ? countGroups[of] : [];
  const check = (name: string): CountGroup => {
    const group = known.find((one) => one === name);
    if (!group) throw new RangeError(`${of} are not counted by ${name}`);
    return group;
  };
  const names = Object.entries(only).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return { by: check(by), only: names.map(([group, name]) => [check(group), name]) };
}

/** The counts of an answer; no engine's own order, and no name where a column is empty. */
export function rankCounts(rows: readonly { name: unknown; count: unknown }[]): Count[] {
  return rows
    .map(({ name, count }) => ({ ...(name ? { name: String(name) } : {}), count: Number(count) }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count || ((a.name ?? '') < (b.name ?? '') ? -1 : 1))
    .slice(0, maxCounts);
}
