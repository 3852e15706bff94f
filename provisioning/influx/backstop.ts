import { askInflux, type InfluxServer } from './ask-influx.ts';
import type { Retentions } from './kept-days.ts';

const dayMs = 86_400_000;

/** Which server and database, and how long the server keeps at most what our store writer does not expire itself. */
export interface InfluxProvision extends InfluxServer {
  database: string;
  /** What communities keep, by their plans. */
  retentions: Retentions;
  /** Backstop in whole days, ≥ 1; without it the longest that anything is kept. */
  keepDays?: number;
  /** Lets a shorter backstop take away points that are older than it. */
  dropOlder?: boolean;
  /** Organization of InfluxDB 2.x; needed where the token sees several. */
  organization?: string;
  now: () => number;
}

/** A backstop to be brought about. */
export type Backstop = InfluxProvision & { keepDays: number };

/** What was done, in words; `changed` is 0 where everything stood already. */
export interface InfluxProvisioned {
  changed: number;
  lines: string[];
}

/** A change that was left undone, with what a person can do instead. */
export class LeftUndone extends Error {}

/**
 * Lets a backstop pass that takes nothing away, or whose loss somebody agreed to. The oldest point of every
 * measurement is looked at, whoever wrote it.
 *
 * @throws {LeftUndone} naming since when something is stored.
 */
export async function refuseLoss(options: Backstop): Promise<void> {
  const { database, keepDays, dropOlder, now } = options;
  if (dropOlder) return;
  const oldest = await askInflux(options, 'SELECT * FROM /.*/ LIMIT 1', database);
  const first = Math.min(...oldest.map(({ time }) => Number(time)));
  if (first >= now() - keepDays * dayMs) return;
  throw new LeftUndone(
    `${keepDays} days would delete what is stored since ${new Date(first).toISOString()}; nothing was changed. ` +
      'Give more days, or add drop-older',
  );
}
