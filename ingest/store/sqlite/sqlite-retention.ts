import type { DatabaseSync } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { kindsOfClass, telemetryQuantities } from '#contracts/facts/retention.ts';
import { transaction } from '#runtime/sqlite.ts';
import type { SummaryTier } from '../summary-tiers.ts';
import type { Expiry, TelemetryStore } from '../telemetry-store.ts';

/** Series of one transaction of expiry: so few hold the writer up by some ms. */
const seriesAtOnce = 50;

/** Summaries and expiry in store.db. */
export function createSqliteKeeping(db: DatabaseSync): Pick<TelemetryStore, 'summarize' | 'expire'> {
  const summarize = db.prepare(
    `INSERT OR REPLACE INTO summary (device, quantity, tier, at, community, total, minimum, maximum, count)
     SELECT series.device, series.quantity, ?1, floor(at / ?1) * ?1 AS bucket, series.community, sum(value), min(value),
       max(value), count(*)
     FROM series CROSS JOIN reading ON reading.device = series.device AND reading.quantity = series.quantity
       AND reading.community = series.community AND reading.at >= ?2 AND reading.at < ?3
     WHERE plausible = 1
     GROUP BY series.community, series.device, series.quantity, bucket`,
  );
  const expiring = prepareExpiry(db);
  return {
    summarize: async (tier: SummaryTier, from: number, to: number) => {
      summarize.run(tier, from, to);
    },
    expire: async (expiry) => {
      switch (expiry.class) {
        case 'vitals':
          await expiring.readings(expiry, isVital);
          return expiring.summaries(expiry, isVital);
        case 'telemetry':
          await expiring.readings(expiry, isTelemetry);
          await expiring.events(expiry, kindsOfClass('telemetry'));
          return expiring.gateways(expiry);
        case 'summaries':
          return expiring.summaries(expiry, isTelemetry);
        case 'location':
          return expiring.locations(expiry);
        case 'access':
          return expiring.events(expiry, kindsOfClass('access'));
        case 'alarms':
          await expiring.eventsBut(expiry, [...kindsOfClass('access'), ...kindsOfClass('telemetry')]);
          return expiring.incidents(expiry);
        case 'metrics':
          return expireMetrics(db, expiry.before);
      }
    },
  };
}

const isTelemetry = (quantity: string): boolean =>
  (telemetryQuantities as readonly string[]).includes(quantity);
const isVital = (quantity: string): boolean => !isTelemetry(quantity);

type CommunityExpiry = Extract<Expiry, { community: string }>;

function prepareExpiry(db: DatabaseSync) {
  const seriesOf = db.prepare('SELECT device, quantity FROM series WHERE community = ?');
  const reading = db.prepare(
    'DELETE FROM reading WHERE device = ? AND quantity = ? AND at < ? AND community = ?',
  );
  const summary = db.prepare(
    'DELETE FROM summary WHERE community = ? AND device = ? AND quantity = ? AND tier = ? AND at < ?',
  );
  const tiers = db.prepare(
    'SELECT DISTINCT tier FROM summary WHERE community = ? AND device = ? AND quantity = ?',
  );
  const nextLocated = db.prepare('SELECT min(device) AS device FROM location WHERE device > ?');
  const location = db.prepare('DELETE FROM location WHERE device = ? AND at < ? AND community = ?');
  const nextGateway = db.prepare(
    'SELECT min(gateway) AS gateway FROM gateway WHERE community = ? AND gateway > ?',
  );
  const gateway = db.prepare('DELETE FROM gateway WHERE community = ? AND gateway = ? AND at < ?');
  const events = (ofKinds: string) =>
    db.prepare(
      `DELETE FROM event WHERE at < ? AND community = ?
         AND kind ${ofKinds} (SELECT value FROM json_each(?))`,
    );
  const eventsOfKinds = events('IN');
  const eventsOfOtherKinds = events('NOT IN');
  const incident = db.prepare('DELETE FROM incident WHERE community = ? AND at < ?');
  const gap = db.prepare('DELETE FROM gap WHERE community = ? AND at < ?');

  const seriesAmong = (community: string, isOfClass: (quantity: string) => boolean) =>
    seriesOf
      .all(community)
      .map(({ device, quantity }) => ({ device: String(device), quantity: String(quantity) }))
      .filter(({ quantity }) => isOfClass(quantity));
  return {
    readings: ({ community, before }: CommunityExpiry, isOfClass: (quantity: string) => boolean) =>
      inSlices(db, seriesAmong(community, isOfClass), ({ device, quantity }) => {
        reading.run(device, quantity, before, community);
      }),
    summaries: ({ community, before }: CommunityExpiry, isOfClass: (quantity: string) => boolean) =>
      inSlices(db, seriesAmong(community, isOfClass), ({ device, quantity }) => {
        for (const { tier } of tiers.all(community, device, quantity))
          summary.run(community, device, quantity, Number(tier), before);
      }),
    locations: ({ community, before }: CommunityExpiry) =>
      inSlices(
        db,
        stepThrough((last) => nextLocated.get(last)?.device),
        (device) => {
          location.run(device, before, community);
        },
      ),
    gateways: ({ community, before }: CommunityExpiry) =>
      inSlices(
        db,
        stepThrough((last) => nextGateway.get(community, last)?.gateway),
        (id) => {
          gateway.run(community, id, before);
        },
      ),
    events: async ({ community, before }: CommunityExpiry, kinds: readonly string[]) => {
      eventsOfKinds.run(before, community, JSON.stringify(kinds));
    },
    eventsBut: async ({ community, before }: CommunityExpiry, kinds: readonly string[]) => {
      eventsOfOtherKinds.run(before, community, JSON.stringify(kinds));
    },
    incidents: async ({ community, before }: CommunityExpiry) => {
      incident.run(community, before);
      gap.run(community, before);
    },
  };
}

/** Metrics of all processes, series by series. */
async function expireMetrics(db: DatabaseSync, before: number): Promise<void> {
  const next = db.prepare(
    `SELECT process, name, labels FROM metric WHERE (process, name, labels) > (?, ?, ?)
     ORDER BY process, name, labels LIMIT 1`,
  );
  const remove = db.prepare('DELETE FROM metric WHERE process = ? AND name = ? AND labels = ? AND at < ?');
  const series: [process: string, name: string, labels: string][] = [];
  for (let row = next.get('', '', ''); row; row = next.get(...(series.at(-1) ?? ['', '', '']))) {
    series.push([String(row.process), String(row.name), String(row.labels)]);
  }
  await inSlices(db, series, (one) => {
    remove.run(...one, before);
  });
}

/** Names in order, from one to the next by the table's key instead of reading all of its rows. */
function stepThrough(next: (last: string) => unknown): string[] {
  const names: string[] = [];
  for (let name = next(''); typeof name === 'string'; name = next(name)) names.push(name);
  return names;
}

async function inSlices<T>(db: DatabaseSync, all: readonly T[], remove: (one: T) => void): Promise<void> {
  for (let from = 0; from < all.length; from += seriesAtOnce) {
    transaction(db, () => all.slice(from, from + seriesAtOnce).forEach(remove));
    await nextTurn();
  }
}
