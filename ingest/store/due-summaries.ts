import type { DatabaseSync } from 'node:sqlite';
import type { JournalEntry } from '#contracts/journal-entry.ts';
import type { RefusalCause } from '#contracts/store-trouble.ts';
import { fromTimestamp } from '#contracts/time.ts';
import { measuredAt } from './points-of.ts';
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
  /** Marks set before `since` whose bucket is over by then, longest waiting first; of the refused ones those whose wait is over at `now`. */
  due(time: { since: number; now: number }, limit: number): DueSummary[];
  /** A summary is about to be made: what comes from now on marks it again. */
  begin(due: DueSummary): void;
  /** It was made; the mark stays where more came meanwhile. */
  end(due: DueSummary, at: number): void;
  /** The store refused it: it waits, longer each time, while others are made. */
  postpone(due: DueSummary, at: number, cause: RefusalCause): void;
  /** Summaries that the store has refused and not taken since. */
  refused(): number;
}

/** First and longest wait of a summary that the store refused, in ms; the wait doubles in between. */
export const refusedWaitMs = { first: 60_000, longest: 3_600_000 };

/** Opens the marks of store.db. */
export function openDueSummaries(db: DatabaseSync): DueSummaries {
  const mark = db.prepare(
    `INSERT INTO due_summary (tier, at, since, again) VALUES (?, ?, ?, 0)
     ON CONFLICT (tier, at) DO UPDATE SET again = 1`,
  );
  const due = db.prepare(
    `SELECT tier, at FROM due_summary WHERE since <= ?1 AND at + tier <= ?1 AND not_before <= ?2
     ORDER BY since, at LIMIT ?3`,
  );
  const begin = db.prepare('UPDATE due_summary SET again = 0 WHERE tier = ? AND at = ?');
  const remove = db.prepare('DELETE FROM due_summary WHERE tier = ? AND at = ? AND again = 0');
  const waitAgain = db.prepare(
    'UPDATE due_summary SET since = ?, again = 0, refusals = 0, not_before = 0 WHERE tier = ? AND at = ?',
  );
  const refusals = db.prepare('SELECT refusals FROM due_summary WHERE tier = ? AND at = ?');
  const postpone = db.prepare(
    'UPDATE due_summary SET refusals = refusals + 1, not_before = ?, cause = ? WHERE tier = ? AND at = ?',
  );
  const refused = db.prepare('SELECT count(*) AS refused FROM due_summary WHERE refusals > 0');
  return {
    mark: (entries, at) => {
      for (const tier of summaryTiers) {
        for (const bucket of bucketsOf(entries, tier)) mark.run(tier, bucket, at);
      }
    },
    due: ({ since, now }, limit) =>
      due.all(since, now, limit).map((row) => ({ tier: row.tier as SummaryTier, at: Number(row.at) })),
    begin: ({ tier, at }) => void begin.run(tier, at),
    end: ({ tier, at }, now) => {
      if (Number(remove.run(tier, at).changes) === 0) waitAgain.run(now, tier, at);
    },
    postpone: ({ tier, at }, now, cause) => {
      const times = Number(refusals.get(tier, at)?.refusals ?? 0);
      const wait = Math.min(refusedWaitMs.first * 2 ** times, refusedWaitMs.longest);
      postpone.run(now + wait, cause, tier, at);
    },
    refused: () => Number(refused.get()?.refused),
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
