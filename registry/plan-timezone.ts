import { defaultTimezone } from '#contracts/facts/timezone.ts';
import { nearestOf } from './nearest.ts';
import type { PlanFault, PlanPath } from './plan-tree.ts';

/** Names people use for China's time zone that are not in the tz database. */
const wordsForChina = /^(beijing|北京|china|cst|prc|(utc|gmt)?\s*\+?0?8(:?00)?)$|\/beijing$|北京/i;

/** A time zone must be a name of the tz database, in its spelling: Grafana and InfluxDB accept no other. */
export function timezoneFault(given: unknown, path: PlanPath): PlanFault[] {
  if (typeof given !== 'string' || isTimezone(given)) return [];
  const near = wordsForChina.test(given) ? defaultTimezone : nearestOf(given, timezones());
  const meant = near === undefined ? '' : `; did you mean "${near}"?`;
  return [{ path, words: `${JSON.stringify(given)} is no time zone such as ${defaultTimezone}${meant}` }];
}

function timezones(): string[] {
  return ['UTC', ...Intl.supportedValuesOf('timeZone')];
}

function isTimezone(name: string): boolean {
  if (timezones().includes(name)) return true;
  // Older names of zones are in the database, too, but not in the list; capitals count on most systems.
  if (!/^[A-Z][A-Za-z_-]+(\/[A-Z][A-Za-z_-]+)+$/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    // A RangeError means that there is no such zone.
    return false;
  }
}
