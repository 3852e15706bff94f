import type { DatabaseSync } from 'node:sqlite';
import type { Count, CountRange, CountSubject } from '#contracts/telemetry-reader.ts';
import { checkCounts, rankCounts } from '../count-range.ts';

const counted: Record<CountSubject, string> = {
  incidents: "incident WHERE transition = 'opened' AND drill = 0",
  events: 'event WHERE active = 1 AND said_by_other = 0',
};

/** Counts from an open store.db; a statement for each question, since its columns differ. */
export function countFrom(db: DatabaseSync, range: CountRange): Count[] {
  const { by, only } = checkCounts(range);
  const names = only.map(([group]) => `AND ${group} = ?`).join(' ');
  const rows = db
    .prepare(
      `SELECT ${by} AS name, count(*) AS count FROM ${counted[range.of]}
       AND community = ? AND at >= ? AND at < ? ${names} GROUP BY ${by}`,
    )
    .all(range.community, range.from, range.to, ...only.map(([, name]) => name));
  return rankCounts(rows.map(({ name, count }) => ({ name, count })));
}
