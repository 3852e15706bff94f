import type { Static, TObject } from 'typebox';
import type { ReadingRange } from '#contracts/telemetry-reader.ts';
import { measurementOf, splitEntries } from '../split-entries.ts';
import { StoreUnreachable } from '../store-errors.ts';
import { type BucketSum, joinSums, partsOfRange, summaryMeasurement } from '../summary-tiers.ts';
import {
  type CommonStoreSettings,
  maxAnswerRows,
  type RefusedEntry,
  type StoreDefinition,
  type StoredEvent,
  type StoredReading,
  type TelemetryStore,
} from '../telemetry-store.ts';
import { influxSettings } from './config.ts';
import { readInfluxAddress } from './influx-address.ts';
import { createWriteBatch } from './influx-batch.ts';
import { countIn } from './influx-counts.ts';
import { instant, lineOf } from './influx-line.ts';
import { createInfluxQuery, type InfluxQuery, type InfluxRow } from './influx-query.ts';
import { createInfluxKeeping } from './influx-retention.ts';
import { createInfluxWrite } from './influx-write.ts';

/** How the InfluxDB server is met. */
export interface InfluxOptions {
  url: string;
  database: string;
  /** Of InfluxDB 2 and 3, or `user:password` of 1.x. */
  token?: string;
  timeoutMs: number;
}

/** How InfluxDB is met by these settings. */
function influxOptionsOf(
  settings: Static<TObject<typeof influxSettings>> & CommonStoreSettings,
): InfluxOptions {
  const { influxUrl, influxDatabase, influxToken, timeoutMs } = settings;
  return {
    url: influxUrl,
    database: influxDatabase,
    timeoutMs,
    ...(influxToken !== undefined && { token: influxToken }),
  };
}

/** InfluxDB 1.x, 2.x or 3 Core as the telemetry store. */
export const influxStore: StoreDefinition<'influx', typeof influxSettings> = {
  kind: 'influx',
  settings: influxSettings,
  create: ({ settings, now }) => openInfluxStore(influxOptionsOf(settings), now),
  openReader: (settings) => openInfluxStore(influxOptionsOf(settings), Date.now),
};

/** Entries of one request; a batch travels as several at once. */
const requestEntries = 2500;

/** Opens the telemetry store on an InfluxDB server; connects with the first write or question. */
export function openInfluxStore(options: InfluxOptions, now: () => number): TelemetryStore {
  const query = createInfluxQuery(options);
  const write = createInfluxWrite(options);
  const createDatabase = () =>
    query(`CREATE DATABASE "${options.database}"`).catch((cause: unknown) => {
      if (cause instanceof StoreUnreachable && cause.trouble !== 'not-allowed') throw cause;
      throw new StoreUnreachable(
        'no-database',
        `InfluxDB at ${readInfluxAddress(options).url} has no database ${options.database} that this token may write, and does not let us make it; npm run provision -- influx does`,
        { cause },
      );
    });
  const writeBatch = createWriteBatch(write, createDatabase);
  return {
    write: async (entries) => {
      const requests: Promise<Outcome>[] = [];
      for (let from = 0; from < entries.length; from += requestEntries) {
        const { storable, refused } = splitEntries(entries.slice(from, from + requestEntries));
        const batch = storable.map(({ entry, points }) => ({
          entry,
          measurement: measurementOf(entry),
          lines: points.map(lineOf),
        }));
        requests.push(outcomeOf(writeBatch(batch).then((more) => [...refused, ...more])));
        // The server works on this request while the next one is put together.
        await new Promise(setImmediate);
      }
      return joinOutcomes(await Promise.all(requests));
    },
    ...createReads(query, now),
    ...createInfluxKeeping(query, write),
    close: async () => undefined,
  };
}

type Outcome = { refused: RefusedEntry[] } | { error: unknown };

/** Keeps a failure until every request is over, so that none is under way when the batch is written again. */
function outcomeOf(written: Promise<RefusedEntry[]>): Promise<Outcome> {
  return written.then(
    (refused) => ({ refused }),
    (error: unknown) => ({ error }),
  );
}

function joinOutcomes(outcomes: Outcome[]): RefusedEntry[] {
  return outcomes.flatMap((outcome) => {
    if ('error' in outcome) throw outcome.error;
    return outcome.refused;
  });
}

function createReads(
  query: InfluxQuery,
  now: () => number,
): Omit<TelemetryStore, 'write' | 'close' | 'summarize' | 'expire'> {
  const inRange =
    'community = $community AND device = $device AND quantity = $quantity AND time >= $from AND time < $to';
  const bounds = ({ community, device, quantity, from, to }: ReadingRange) => ({
    community,
    device,
    quantity,
    from: instant(from),
    to: instant(to),
  });
  const columns = 'value, unit, plausible, late';
  return {
    latest: async ({ community, device }) => {
      const newest = await query(
        `SELECT ${columns} FROM reading WHERE community = $community AND device = $device AND plausible = true
         GROUP BY quantity ORDER BY time DESC LIMIT 1`,
        { community, device },
      );
      return newest
        .map((row) => ({ quantity: String(row.quantity), ...readingOf(row) }))
        .sort((a, b) => (a.quantity < b.quantity ? -1 : 1));
    },
    readings: async (range, limit = maxAnswerRows) => {
      const rows = await query(
        `SELECT ${columns} FROM reading WHERE ${inRange} ORDER BY time LIMIT ${Math.min(limit, maxAnswerRows)}`,
        bounds(range),
      );
      return rows.map(readingOf);
    },
    buckets: async (range, bucketMs) => {
      const { readings, summaries } = partsOfRange(range, wholeMs(bucketMs), now());
      const grouped = `GROUP BY time(${bucketMs}ms) fill(none) LIMIT ${maxAnswerRows}`;
      const parts = readings.map((part) =>
        query(
          `SELECT sum(value) AS total, min(value) AS minimum, max(value) AS maximum, count(value) AS count
           FROM reading WHERE ${inRange} AND plausible = true ${grouped}`,
          bounds(part),
        ),
      );
      if (summaries) {
        parts.push(
          query(
            `SELECT sum(total) AS total, min(minimum) AS minimum, max(maximum) AS maximum, sum(count) AS count
             FROM ${summaryMeasurement[summaries.tier]} WHERE ${inRange} ${grouped}`,
            bounds(summaries.range),
          ),
        );
      }
      return joinSums((await Promise.all(parts)).flat().map(sumOf), bucketMs).slice(0, maxAnswerRows);
    },
    eventsBetween: async ({ community, kinds = [], from, to }, limit, after) => {
      const ofKinds = kinds.map((_, index) => `kind = $kind${index}`).join(' OR ');
      const rows = await query(
        `SELECT * FROM event WHERE community = $community AND time ${after ? '>' : '>='} $from AND time < $to
         ${ofKinds && `AND (${ofKinds})`} ORDER BY time LIMIT ${Math.min(limit, maxAnswerRows)}`,
        {
          community,
          from: after ? instantOf(after) : instant(from),
          to: instant(to),
          ...Object.fromEntries(kinds.map((kind, index) => [`kind${index}`, kind])),
        },
      );
      return rows.map(eventOf);
    },
    counts: (range) => countIn(query, range),
    events: async ({ of, limit }) => {
      const where = of === undefined ? '' : 'WHERE community = $community AND device = $device';
      const rows = await query(
        `SELECT * FROM event ${where} ORDER BY time DESC LIMIT ${Math.min(limit, maxAnswerRows)}`,
        of === undefined ? {} : { ...of },
      );
      return rows.map(eventOf);
    },
  };
}

/** The instant at which a point is kept: its position is in the nanoseconds (`influx-line.ts`). */
function instantOf({ at, position }: { at: number; position: number }): string {
  return instant(at).replace('Z', `${String(position % 1e6).padStart(6, '0')}Z`);
}

function wholeMs(bucketMs: number): number {
  if (Number.isSafeInteger(bucketMs) && bucketMs >= 1) return bucketMs;
  throw new RangeError(`bucketMs must be a whole number >= 1, not ${bucketMs}`);
}

function sumOf(row: InfluxRow): BucketSum {
  return {
    at: Number(row.time),
    total: Number(row.total),
    minimum: Number(row.minimum),
    maximum: Number(row.maximum),
    count: Number(row.count),
  };
}

function readingOf(row: InfluxRow): StoredReading {
  return {
    at: Number(row.time),
    value: Number(row.value),
    unit: String(row.unit),
    plausible: row.plausible === true,
    late: row.late === true,
  };
}

function eventOf(row: InfluxRow): StoredEvent {
  const optional = (name: 'level' | 'code' | 'means') =>
    row[name] === null || row[name] === undefined || row[name] === '' ? {} : { [name]: String(row[name]) };
  return {
    at: Number(row.time),
    position: Number(row.position),
    community: String(row.community),
    device: String(row.device),
    kind: String(row.kind),
    active: row.active === true,
    late: row.late === true,
    ...(row.possible_repeat === true && { possibleRepeat: true }),
    ...(row.said_by_other === true && { saidByOther: true }),
    ...optional('level'),
    ...optional('code'),
    ...optional('means'),
  };
}
