import { startOfDay } from '../elders/day-hours.ts';

const dayMs = 86_400_000;

/** Beginning of a day, `yyyy-mm-dd`, in a timezone, epoch ms. */
export function startOfDate(timezone: string, day: string): number {
  const noon = Date.parse(day) + dayMs / 2;
  const localTime = createLocalTime(timezone);
  // Noon in UTC is of the same day nearly everywhere; beyond UTC+12 it is of the next one.
  const starts = [0, -dayMs, dayMs].map((shift) => startOfDay(timezone, noon + shift));
  const found = starts.find((start) => localTime(start + dayMs / 2).startsWith(day));
  if (found === undefined) throw new RangeError(`no beginning of ${day} in ${timezone}`);
  return found;
}

/** The day after, `yyyy-mm-dd`. */
export function dayAfter(day: string): string {
  return new Date(Date.parse(day) + dayMs).toISOString().slice(0, 10);
}

/** True where there is such a day, from 1900 to 2199; 31 February has the form of one and is none. */
export function isDay(day: string): boolean {
  // Beyond them clocks and calendars no longer answer what day it is somewhere.
  if (!/^(19|20|21)\d\d-/.test(day)) return false;
  const at = Date.parse(day);
  return !Number.isNaN(at) && new Date(at).toISOString().slice(0, 10) === day;
}

/** Creates what writes an instant as a timezone's clocks show it: `2026-11-24 09:15:00`. */
export function createLocalTime(timezone: string): (at: number) => string {
  // The Swedish locale writes a time as yyyy-mm-dd hh:mm:ss.
  const format = new Intl.DateTimeFormat('sv-SE', {
    timeZone: timezone,
    dateStyle: 'short',
    timeStyle: 'medium',
  });
  return (at) => format.format(at);
}
