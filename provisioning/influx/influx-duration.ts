const unitHours: Record<string, number> = { h: 1, m: 1 / 60, s: 1 / 3600 };

/** Hours of a duration as InfluxDB 1.x shows it, e.g. `26280h0m0s`; 0 keeps for ever. */
function hoursOf(duration: string): number {
  const parts = [...duration.matchAll(/(\d+)([hms])/g)];
  return parts.reduce((sum, [, count, unit = 'h']) => sum + Number(count) * (unitHours[unit] ?? 0), 0);
}

/** True where a shown duration is exactly this many days. */
export function sameDuration(duration: string, days: number): boolean {
  return hoursOf(duration) === days * 24;
}

/** A shown duration in words, e.g. `1095 days` or `for ever`. */
export function toDays(duration: string): string {
  const hours = hoursOf(duration);
  return hours === 0 ? 'for ever' : `${Number((hours / 24).toFixed(2))} days`;
}
