import type { DatabaseSync } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type EventKind, eventKinds } from '#contracts/event-kinds.ts';
import { quantitiesOfClass, retentionOfEvent } from '#contracts/retention.ts';
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
       AND reading.at >= ?2 AND reading.at < ?3
     WHERE plausible = 1
     GROUP BY series.device, series.quantity, bucket`,
  );
  const expiring = prepareExpiry(db);
  return {
    summarize: async (tier: SummaryTier, from: number, to: number) => {
      summarize.run(tier, from, to);
    },
    expire: async (expiry) => {
      switch (expiry.class) {
        case 'vitals':
          await expiring.readings(expiry, quantitiesOfClass('vitals'));
          return expiring.summaries(expiry, quantitiesOfClass('vitals'));
        case 'telemetry':
          await expiring.readings(expiry, quantitiesOfClass('telemetry'));
          return expiring.events(expiry, 'telemetry');
        case 'summaries':
          return expiring.summaries(expiry, quantitiesOfClass('telemetry'));
        case 'location':
          return expiring.locations(expiry);
        case 'access':
          return expiring.events(expiry, 'access');
        case 'alarms':
          await expiring.events(expiry, 'alarms');
          return expiring.incidents(expiry);
      }
    },
  };
}

function prepareExpiry(db: DatabaseSync) {
  const seriesOf = db.prepare('SELECT device, quantity FROM series WHERE community = ?');
  const reading = db.prepare('DELETE FROM reading WHERE device = ? AND quantity = ? AND at < ?');
  const summary = db.prepare('DELETE FROM summary WHERE device = ? AND quantity = ? AND tier = ? AND at < ?');
  const tiers = db.prepare('SELECT DISTINCT tier FROM summary WHERE device = ? AND quantity = ?');
  // Steps from device to device by the key instead of reading all fixes.
  const located = db.prepare(
    `WITH RECURSIVE name(device) AS (
       SELECT min(device) FROM location
       UNION ALL
       SELECT (SELECT min(device) FROM location WHERE device > name.device) FROM name WHERE name.device IS NOT NULL)
     SELECT device FROM name WHERE device IS NOT NULL`,
  );
  const location = db.prepare('DELETE FROM location WHERE device = ? AND at < ? AND community = ?');
  const event = db.prepare(
    `DELETE FROM event WHERE at < ? AND community = ?
       AND kind IN (SELECT value FROM json_each(?))`,
  );
  const incident = db.prepare('DELETE FROM incident WHERE community = ? AND at < ?');
  const gap = db.prepare('DELETE FROM gap WHERE community = ? AND at < ?');

  const inSlices = async <T>(all: readonly T[], remove: (one: T) => void) => {
    for (let from = 0; from < all.length; from += seriesAtOnce) {
      transaction(db, () => all.slice(from, from + seriesAtOnce).forEach(remove));
      await nextTurn();
    }
  };
  const seriesAmong = (community: string, quantities: readonly string[]) =>
    seriesOf
      .all(community)
      .map(({ device, quantity }) => ({ device: String(device), quantity: String(quantity) }))
      .filter(({ quantity }) => quantities.includes(quantity));
  return {
    readings: ({ community, before }: Expiry, quantities: readonly string[]) =>
      inSlices(seriesAmong(community, quantities), ({ device, quantity }) => {
        reading.run(device, quantity, before);
      }),
    summaries: ({ community, before }: Expiry, quantities: readonly string[]) =>
      inSlices(seriesAmong(community, quantities), ({ device, quantity }) => {
        for (const { tier } of tiers.all(device, quantity))
          summary.run(device, quantity, Number(tier), before);
      }),
    locations: ({ community, before }: Expiry) =>
      inSlices(located.all(), ({ device }) => {
        location.run(String(device), before, community);
      }),
    events: async ({ community, before }: Expiry, name: ReturnType<typeof retentionOfEvent>) => {
      event.run(before, community, JSON.stringify(kindsOf(name)));
    },
    incidents: async ({ community, before }: Expiry) => {
      incident.run(community, before);
      gap.run(community, before);
    },
  };
}

/** Kinds of a class; what a command came to is kept as long as what people did. */
function kindsOf(name: ReturnType<typeof retentionOfEvent>): string[] {
  const kinds: string[] = (Object.keys(eventKinds) as EventKind[]).filter(
    (kind) => retentionOfEvent(kind) === name,
  );
  return name === 'alarms' ? [...kinds, 'command-result'] : kinds;
}
