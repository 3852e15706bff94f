import type { DatabaseSync } from 'node:sqlite';
import type { JournalEntry } from '#contracts/journal-entry.ts';
import { fromTimestamp } from '#contracts/time.ts';
import { measuredAt } from './store-point.ts';
import { type SummaryTier, summaryTiers } from './summary-tiers.ts';

/** A bucket whose summary is to be made, or made anew. */
export interface DueSummary {
  tier: SummaryTier;
  /** Beginning, epoch ms. */
  at: number;
}

/** Which summaries are due, in store.db beside the writer's cursor. */
export interface DueSummaries {
  /** Marks the buckets that readings of these entries fall into; inside the transaction that moves the cursor. */
  mark(entries: readonly JournalEntry[], at: number): void;
  /** Marks that have waited: those set before `since` whose bucket is over at `over`, longest waiting first. */
  due(since: number, over: number, limit: number): DueSummary[];
  /** A summary is about to be made: what comes from now on marks it again. */
  begin(due: DueSummary): void;
  /** It was made; the mark stays where more came meanwhile. */
  end(due: DueSummary, at: number): void;
}

/** Opens the marks of store.db. */
export function openDueSummaries(db: DatabaseSync): DueSummaries {
  const mark = db.prepare(
    `INSERT INTO due_summary (tier, at, since, again) VALUES (?, ?, ?, 0)
     ON CONFLICT (tier, at) DO UPDATE SET again = 1`,
  );
  const due = db.prepare(
    'SELECT tier, at FROM due_summary WHERE since <= ? AND at + tier <= ? ORDER BY since, at LIMIT ?',
  );
  const begin = db.prepare('UPDATE due_summary SET again = 0 WHERE tier = ? AND at = ?');
  const remove = db.prepare('DELETE FROM due_summary WHERE tier = ? AND at = ? AND again = 0');
  const waitAgain = db.prepare('UPDATE due_summary SET since = ?, again = 0 WHERE tier = ? AND at = ?');
  return {
    mark: (entries, at) => {
      for (const tier of summaryTiers) {
        for (const bucket of bucketsOf(entries, tier)) mark.run(tier, bucket, at);
      }
    },
    due: (since, over, limit) =>
      due.all(since, over, limit).map((row) => ({ tier: row.tier as SummaryTier, at: Number(row.at) })),
    begin: ({ tier, at }) => void begin.run(tier, at),
    end: ({ tier, at }, now) => {
      if (Number(remove.run(tier, at).changes) === 0) waitAgain.run(now, tier, at);
    },
  };
}

function bucketsOf(entries: readonly JournalEntry[], tier: SummaryTier): Set<number> {
  const buckets = new Set<number>();
  for (const entry of entries) {
    if (entry.class !== 'record') continue;
    const { body } = entry;
    if (body.type === 'reading') buckets.add(Math.floor(measuredAt(entry) / tier) * tier);
    else if (body.type === 'waveform') {
      // At most a second long, so it may touch two.
      const start = fromTimestamp(body.start);
      const end = start + (body.samples.length * 1000) / body.rateHz;
      for (const time of [start, end]) buckets.add(Math.floor(time / tier) * tier);
    }
  }
  return buckets;
}
