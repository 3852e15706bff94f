import { kindsOfClass, telemetryQuantities } from '#contracts/facts/retention.ts';
import { IngestError } from '../../errors.ts';
import { StoreRefused } from '../store-errors.ts';
import { summaryMeasurement, summaryTiers } from '../summary-tiers.ts';
import type { Expiry, TelemetryStore } from '../telemetry-store.ts';
import { instant } from './influx-line.ts';
import type { InfluxQuery } from './influx-query.ts';
import { literal, tagText } from './influx-text.ts';
import type { InfluxWrite } from './influx-write.ts';

/** Lines of one request. */
const maxLines = 5000;

/** Summaries and expiry by InfluxQL, which 1.x and 2.x both carry out; 3 Core removes nothing. */
export function createInfluxKeeping(
  query: InfluxQuery,
  write: InfluxWrite,
): Pick<TelemetryStore, 'summarize' | 'expire'> {
  const remove = async (from: string, condition: string, expiry: Expiry) => {
    const values = {
      before: instant(expiry.before),
      ...('community' in expiry && { community: expiry.community }),
    };
    const ofCommunity = 'community' in expiry ? 'community = $community AND ' : '';
    const text = `DELETE FROM "${from}" WHERE ${ofCommunity}${condition}time < $before`;
    try {
      await query(text, values);
    } catch (error) {
      if (!(error instanceof IngestError) || error.code !== 'INGEST_STORE_REFUSED_QUERY') throw error;
      // Nothing was written yet.
      if (error.message.includes('database not found')) return;
      throw new IngestError(
        'INGEST_STORE_KEEPS_ALL',
        `InfluxDB does not remove by time and tag: ${error.message}; its retention has to end what is old`,
        { cause: error },
      );
    }
  };
  const removeSummaries = async (condition: string, expiry: Expiry) => {
    for (const tier of summaryTiers) await remove(summaryMeasurement[tier], condition, expiry);
  };
  return {
    summarize: async (tier, from, to) => {
      const rows = await query(
        `SELECT sum(value) AS total, min(value) AS minimum, max(value) AS maximum, count(value) AS count
         FROM reading WHERE time >= $from AND time < $to AND plausible = true
         GROUP BY time(${tier}ms), community, device, quantity fill(none)`,
        { from: instant(from), to: instant(to) },
      );
      const lines = rows
        .filter(({ count }) => Number(count) > 0)
        .map(
          ({ time, community, device, quantity, total, minimum, maximum, count }) =>
            `${summaryMeasurement[tier]},community=${tagText(String(community))},device=${tagText(String(device))}` +
            `,quantity=${tagText(String(quantity))}` +
            ` total=${total},minimum=${minimum},maximum=${maximum},count=${count}i ${time}000000`,
        );
      let refused: StoreRefused | undefined;
      // The server stores what it can of a refused request, so one bad series costs no other its summary.
      for (let first = 0; first < lines.length; first += maxLines) {
        const answer = await write(lines.slice(first, first + maxLines));
        if (!answer.stored) refused = new StoreRefused(answer.refusal.cause, answer.reason);
      }
      if (refused) throw refused;
    },
    expire: async (expiry) => {
      switch (expiry.class) {
        case 'vitals':
          await remove('reading', noneOf('quantity', telemetryQuantities), expiry);
          return removeSummaries(noneOf('quantity', telemetryQuantities), expiry);
        case 'telemetry':
          await remove('reading', oneOf('quantity', telemetryQuantities), expiry);
          await remove('event', oneOf('kind', kindsOfClass('telemetry')), expiry);
          return remove('gateway', '', expiry);
        case 'summaries':
          return removeSummaries(oneOf('quantity', telemetryQuantities), expiry);
        case 'location':
          return remove('position', '', expiry);
        case 'access':
          return remove('event', oneOf('kind', kindsOfClass('access')), expiry);
        case 'alarms':
          await remove(
            'event',
            noneOf('kind', [...kindsOfClass('access'), ...kindsOfClass('telemetry')]),
            expiry,
          );
          await remove('incident', '', expiry);
          return remove('gap', '', expiry);
        case 'metrics':
          return remove('metric', '', expiry);
      }
    },
  };
}

/** Conditions on a tag; the values are ours, never a device's. */
function oneOf(tag: string, values: readonly string[]): string {
  return `(${values.map((value) => `${tag} = ${literal(value)}`).join(' OR ')}) AND `;
}

function noneOf(tag: string, values: readonly string[]): string {
  return values.map((value) => `${tag} != ${literal(value)} AND `).join('');
}
