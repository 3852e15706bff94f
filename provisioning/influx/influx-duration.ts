const unitHours: Record<string, number> = { h: 1, m: 1 / 60, s: 1 / 3600 };
const dayHours = 24;

/** Hours of a duration as InfluxDB 1.x shows it, e.g. `26280h0m0s`; 0 keeps for ever. */
export function hoursOf(duration: string): number {
  const parts = [...duration.matchAll(/(\d+)([hms])/g)];
  return parts.reduce((sum, [, count, unit = 'h']) => sum + Number(count) * (unitHours[unit] ?? 0), 0);
}

/** True where a shown duration is exactly this many days. */
export function sameDuration(duration: string, days: number): boolean {
  return hoursOf(duration) === days * dayHours;
}

/** A shown duration in words, e.g. `1095 days` or `for ever`. */
export function toDays(duration: string): string {
  const hours = hoursOf(duration);
  return hours === 0 ? 'for ever' : `${Number((hours / dayHours).toFixed(2))} days`;
}

/** Most shards of a database: each is open files and memory. */
const maxShards = 400;

/**
 * Hours that one shard should span for a retention in days. Old data is deleted a whole shard at a time, so a long shard
 * keeps data longer than the retention.
 *
 * @see https://docs.influxdata.com/influxdb/v1/concepts/schema_and_data_layout/#shard-group-duration-management
 */
export function shardHoursFor(keepDays: number): number {
  if (keepDays < 2) return 1;
  return keepDays < 180 ? dayHours : 7 * dayHours;
}

/** True where shards of this length may stay as somebody chose them. */
export function shardFits(shardHours: number, keepDays: number): boolean {
  return shardHours <= shardHoursFor(keepDays) && (keepDays * dayHours) / shardHours <= maxShards;
}
