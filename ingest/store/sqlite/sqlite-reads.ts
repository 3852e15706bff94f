import type { DatabaseSync } from 'node:sqlite';
import type { TelemetryReader } from '#contracts/telemetry-reader.ts';
import { maxAnswerRows, type StoredEvent, type StoredReading } from '../telemetry-store.ts';
import { prepareBuckets } from './sqlite-buckets.ts';
import { countFrom } from './sqlite-counts.ts';

type Row = Record<string, unknown>;

/**
 * Prepares what pages read from an open store.db, whose tables must be there.
 *
 * @param now Epoch ms.
 */
export function prepareTelemetryReads(db: DatabaseSync, now: () => number): TelemetryReader {
  const buckets = prepareBuckets(db, now);
  const readings = db.prepare(
    `SELECT at, value, unit, plausible, late FROM reading
     WHERE device = ? AND quantity = ? AND at >= ? AND at < ? AND community = ?
     ORDER BY at, position, part LIMIT ?`,
  );
  const between = (ofKinds: string) =>
    db.prepare(
      `SELECT * FROM event WHERE (at, position) > (?, ?) AND at < ? AND community = ? ${ofKinds}
       ORDER BY at, position LIMIT ?`,
    );
  const events = between('');
  const eventsOfKinds = between('AND kind IN (SELECT value FROM json_each(?))');
  return {
    buckets: async (range, bucketMs) => buckets(range, bucketMs),
    readings: async ({ community, device, quantity, from, to }, limit = maxAnswerRows) =>
      readings.all(device, quantity, from, to, community, Math.min(limit, maxAnswerRows)).map(readingOf),
    eventsBetween: async ({ community, kinds, from, to }, limit, after = { at: from, position: -1 }) => {
      const most = Math.min(limit, maxAnswerRows);
      const found =
        kinds === undefined
          ? events.all(after.at, after.position, to, community, most)
          : eventsOfKinds.all(after.at, after.position, to, community, JSON.stringify(kinds), most);
      return found.map(eventOf);
    },
    counts: async (range) => countFrom(db, range),
  };
}

/** A row of `reading`; a sample of a waveform may lie within a millisecond. */
export function readingOf(row: Row): StoredReading {
  return {
    at: Math.floor(Number(row.at)),
    value: Number(row.value),
    unit: String(row.unit),
    plausible: row.plausible === 1,
    late: row.late === 1,
  };
}

/** A row of `event`. */
export function eventOf(row: Row): StoredEvent {
  return {
    at: Number(row.at),
    position: Number(row.position),
    community: String(row.community),
    device: String(row.device),
    kind: String(row.kind),
    active: row.active === 1,
    late: row.late === 1,
    ...(row.possible_repeat === 1 && { possibleRepeat: true }),
    ...(row.said_by_other === 1 && { saidByOther: true }),
    ...(row.level !== null && { level: String(row.level) }),
    ...(row.code !== null && { code: String(row.code) }),
    ...(row.means !== null && { means: String(row.means) }),
  };
}
