import type { Backstop, InfluxProvisioned } from './backstop.ts';
import { createDatabase, hasDatabase, readKeptDays } from './influx3-databases.ts';

/** InfluxDB 3 Core: a database of the backstop's length; of one that is there the length cannot be changed. */
export async function provisionInflux3(options: Backstop): Promise<InfluxProvisioned> {
  const { database, keepDays } = options;
  if (!(await hasDatabase(options, database)) && (await createDatabase(options, database, keepDays))) {
    return {
      changed: 1,
      lines: [`created database ${database} with a retention period of ${keepDays} days`],
    };
  }
  const kept = await readKeptDays(options, database);
  if (kept === keepDays) {
    return { changed: 0, lines: [`database ${database} keeps ${keepDays} days already`] };
  }
  const tells = kept === undefined ? 'does not tell how long it keeps' : `keeps ${retentionLines(kept)}`;
  return {
    changed: 0,
    lines: [
      `database ${database} is there and ${tells}; 3 Core never changes that. For ${keepDays} days make another one:`,
      'give STORE_INFLUX_DATABASE a new name, run this again, then npm run provision -- replay-store <time> writes into',
      'it what the journal still holds.',
    ],
  };
}

function retentionLines(days: number | 'for ever'): string {
  return days === 'for ever' ? days : `${Number(days.toFixed(2))} days`;
}
