import { askInflux } from './ask-influx.ts';
import type { Backstop } from './provision-influx.ts';

const dayMs = 86_400_000;

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
