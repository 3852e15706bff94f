import { askInflux, type InfluxServer } from './ask-influx.ts';
import type { Retentions } from './kept-days.ts';

const dayMs = 86_400_000;

/** Server and database, and the longest time the server keeps what the store writer does not expire. */
export interface InfluxProvision extends InfluxServer {
  database: string;
  /** Retention of the communities, by their plans. */
  retentions: Retentions;
  /** Backstop in whole days, ≥ 1; by default the longest retention of any class. */
  keepDays?: number;
  /** Allows a shorter backstop to delete points older than it. */
  dropOlder?: boolean;
  /** Organization of InfluxDB 2.x; needed where the token sees several. */
  organization?: string;
  now: () => number;
}

/** A backstop to set. */
export type Backstop = InfluxProvision & { keepDays: number };

/** What was done, in words; `changed` is 0 where nothing had to change. */
export interface InfluxProvisioned {
  changed: number;
  lines: string[];
}

/** A change that was not made, with what a person can do instead. */
export class ChangeRefused extends Error {}

/**
 * Checks that a backstop deletes nothing, or that somebody agreed to the loss. It looks at the oldest point of every
 * measurement, whoever wrote it.
 *
 * @throws {ChangeRefused} with the time of the oldest point.
 */
export async function refuseLoss(options: Backstop): Promise<void> {
  const { database, keepDays, dropOlder, now } = options;
  if (dropOlder) return;
  const oldest = await askInflux(options, 'SELECT * FROM /.*/ LIMIT 1', database);
  const first = Math.min(...oldest.map(({ time }) => Number(time)));
  if (first >= now() - keepDays * dayMs) return;
  throw new ChangeRefused(
    `${keepDays} days would delete what is stored since ${new Date(first).toISOString()}; nothing was changed. ` +
      'Give more days, or add drop-older',
  );
}
