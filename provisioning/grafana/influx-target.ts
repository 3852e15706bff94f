import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import { influxSource } from './data-source.ts';

/** How Grafana arranges an answer: a series for each group, or one table. */
export type InfluxFormat = 'time_series' | 'table';

/** A raw InfluxQL query of a panel, as Grafana's InfluxDB data source reads it; the SDK has no builder for it. */
export function influxTarget(
  query: string,
  options: { refId?: string; format?: InfluxFormat; alias?: string } = {},
): Builder<Dataquery> {
  const target = {
    refId: options.refId ?? 'A',
    datasource: influxSource,
    query: query.replaceAll(/\s+/g, ' ').trim(),
    rawQuery: true,
    resultFormat: options.format ?? 'time_series',
    ...(options.alias !== undefined && { alias: options.alias }),
    // The SDK tells queries by this method; JSON leaves it out.
    _implementsDataqueryVariant: () => undefined,
  };
  return { build: () => target };
}

/**
 * A rate or a difference, whose own answer leaves out what it has nothing for: asked once more, each empty time is a
 * null, at which a curve breaks.
 *
 * @param select The inner question up to its grouping, with its value as `name`.
 */
export function withNulls(name: string, select: string, group: string): string {
  return `SELECT mean("${name}") AS "${name}" FROM
    (${select} GROUP BY time($__interval), "${group}" fill(none))
    WHERE $timeFilter GROUP BY time($__interval), "${group}" fill(null)`;
}

/**
 * Limits a newest value to the end of the range: an older one would look well after its process fell silent.
 */
export const atItsEnd = `$timeFilter AND time > \${__to}ms - 5m`;

/** Limits a query to the communities chosen above the dashboard, and to its range of time. */
export const chosenCommunity = `$timeFilter AND "community" =~ /^\${community:regex}$/`;

/** The same, limited to the chosen buildings; "all" includes what has no building. */
export const chosenBuilding = `${chosenCommunity} AND "building" =~ /^\${building:regex}$/`;

/** The same, limited to the chosen gateways. */
export const chosenGateway = `${chosenCommunity} AND "gateway" =~ /^\${gateway:regex}$/`;

/** The same, limited to the chosen devices as well. */
export const chosenDevice = `${chosenCommunity} AND "device" =~ /^\${device:regex}$/`;
