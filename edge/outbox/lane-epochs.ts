import type { DatabaseSync } from 'node:sqlite';

/** One start of the agent in a lane: its records stand at positions `base + sequence`. */
export interface LaneEpoch {
  epoch: string;
  base: number;
}

/** The positions of one epoch: after `base`, up to and with `end`. */
export interface EpochSpan extends LaneEpoch {
  end: number;
}

/** Reads the epochs that still have records and forgets the rest; oldest first. */
export function readEpochs(db: DatabaseSync): LaneEpoch[] {
  const rows = db.prepare('SELECT base, epoch FROM epoch ORDER BY base').all() as unknown as LaneEpoch[];
  const next = db.prepare('SELECT min(position) AS position FROM record WHERE position > ?');
  const forget = db.prepare('DELETE FROM epoch WHERE base = ?');
  return rows.filter(({ base }, index) => {
    const position = next.get(base)?.position;
    const end = rows[index + 1]?.base ?? Number.POSITIVE_INFINITY;
    const hasRecords = typeof position === 'number' && position <= end;
    if (!hasRecords) forget.run(base);
    return hasRecords;
  });
}

/** The spans of epochs in ascending order; the last ends at `newest`. */
export function spansOf(epochs: readonly LaneEpoch[], newest: number): EpochSpan[] {
  return epochs.map((epoch, index) => ({ ...epoch, end: epochs[index + 1]?.base ?? newest }));
}
