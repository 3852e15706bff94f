import type { DatabaseSync } from 'node:sqlite';
import { isDiskFull } from '#runtime/sqlite.ts';

/** One start of the agent in a lane: its records stand at positions `base + sequence`. */
export interface LaneEpoch {
  epoch: string;
  /** The boot it ran in; null where not known. */
  boot: string | null;
  base: number;
  /** First sequence that is not acknowledged. */
  from: number;
}

/** The positions of one epoch: after `base`, up to and with `end`. */
export interface EpochSpan extends LaneEpoch {
  end: number;
}

/** Reads the epochs that still have records and forgets the rest; oldest first. */
export function readEpochs(db: DatabaseSync): LaneEpoch[] {
  const rows = db
    .prepare('SELECT base, epoch, boot FROM epoch ORDER BY base')
    .all() as unknown as LaneEpoch[];
  const next = db.prepare(
    'SELECT position, gap_from FROM record WHERE position > ? AND position <= ? ORDER BY position LIMIT 1',
  );
  const forget = db.prepare('DELETE FROM epoch WHERE base = ?');
  const forgetIfRoom = (base: number) => {
    try {
      forget.run(base);
    } catch (error) {
      // Left for another start: alarms are accepted on a full disk too.
      if (!isDiskFull(error)) throw error;
    }
  };
  return rows.flatMap(({ base, epoch, boot }, index) => {
    const end = rows[index + 1]?.base ?? Number.MAX_SAFE_INTEGER;
    const first = next.get(base, end) as { position: number; gap_from: number | null } | undefined;
    if (first) return [{ base, epoch, boot, from: first.gap_from ?? first.position - base }];
    forgetIfRoom(base);
    return [];
  });
}

/** The spans of epochs in ascending order; the last ends at `newest`. */
export function spansOf(epochs: readonly LaneEpoch[], newest: number): EpochSpan[] {
  return epochs.map((epoch, index) => ({ ...epoch, end: epochs[index + 1]?.base ?? newest }));
}
