import type { DatabaseSync } from 'node:sqlite';
import type { JournalEntry, RecordEntry, SkippedEntry } from '#contracts/journal-entry.ts';
import type { Journal, Skipped } from './journal.ts';

/** Creates what removes telemetry from the journal and leaves word of it; see `Journal.skipTelemetry`. */
export function createSkipper(
  db: DatabaseSync,
  commit: Journal['commit'],
): (position: number, until: number, limit: number) => Skipped {
  const select = db.prepare(
    'SELECT position, class, entry FROM journal WHERE position > ? AND position <= ? ORDER BY position LIMIT ?',
  );
  const remove = db.prepare('DELETE FROM journal WHERE position = ?');
  return (position, until, limit) => {
    const rows = select.all(position, until, limit);
    const last = rows.at(-1);
    if (!last) return { position, records: 0 };
    const skipped = rows.flatMap((row) => {
      const record = row.class === 'record' && telemetryOf(JSON.parse(String(row.entry)));
      return record ? [{ position: Number(row.position), record }] : [];
    });
    if (skipped.length > 0) {
      commit((append) => {
        for (const { position } of skipped) remove.run(position);
        for (const entry of entriesOf(skipped.map(({ record }) => record))) append(entry);
      });
    }
    return { position: Number(last.position), records: skipped.length };
  };
}

/** A gap stays: it already says that something is missing, and of how much. */
function telemetryOf(entry: JournalEntry): RecordEntry | undefined {
  const isTelemetry = entry.class === 'record' && entry.lane === 'telemetry' && entry.body.type !== 'gap';
  return isTelemetry ? entry : undefined;
}

function entriesOf(records: readonly RecordEntry[]): SkippedEntry[] {
  const streams = Map.groupBy(records, ({ community, gateway, epoch }) => `${community}/${gateway}/${epoch}`);
  return [...streams.values()].map((ofStream) => {
    const { community, gateway, epoch } = ofStream[0] as RecordEntry;
    const sequences = ofStream.map(({ sequence }) => sequence);
    return {
      class: 'skipped',
      community,
      gateway,
      epoch,
      from: Math.min(...sequences),
      to: Math.max(...sequences),
      records: ofStream.length,
    };
  });
}
