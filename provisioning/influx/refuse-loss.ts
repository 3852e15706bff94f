import { askInflux } from './ask-influx.ts';
import type { Backstop } from './provision-influx.ts';

const dayMs = 86_400_000;

/**
 * Lets a backstop pass that takes nothing away, or whose loss somebody agreed to. Every point has its journal
 * position, so the first one of each measurement is the oldest of all.
 *
 * @throws {Error} naming since when something is stored.
 */
export async function refuseLoss(options: Backstop): Promise<void> {
  const { database, keepDays, dropOlder, now } = options;
  if (dropOlder) return;
  const oldest = await askInflux(options, 'SELECT first("position") AS "position" FROM /.*/', database);
  const first = Math.min(...oldest.map(({ time }) => Number(time)));
  if (first >= now() - keepDays * dayMs) return;
  throw new Error(
    `${keepDays} days would delete what is stored since ${new Date(first).toISOString()}; nothing was changed. ` +
      'Give more days, or add drop-older',
  );
}
