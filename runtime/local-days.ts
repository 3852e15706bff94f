import { TZDate } from '@date-fns/tz';

const dayMs = 86_400_000;
const formats = new Map<string, Intl.DateTimeFormat>();

/** An instant as a timezone's clocks show it: `2026-11-24 09:15:00`. @throws {RangeError} for no timezone. */
export function localTimeOf(timezone: string, at: number): string {
  let format = formats.get(timezone);
  if (!format) {
    // The Swedish locale writes a time as yyyy-mm-dd hh:mm:ss.
    format = new Intl.DateTimeFormat('sv-SE', {
      timeZone: timezone,
      dateStyle: 'short',
      timeStyle: 'medium',
    });
    formats.set(timezone, format);
  }
  return format.format(at);
}

/** The day of an instant in a timezone, `yyyy-mm-dd`. @throws {RangeError} for no timezone. */
export function dayOf(timezone: string, at: number): string {
  return localTimeOf(timezone, at).slice(0, 10);
}

/**
 * Beginning of the day of an instant in a timezone, epoch ms, also where clocks are changed in between.
 *
 * @param at Epoch ms.
 */
export function startOfDay(timezone: string, at: number): number {
  return startOfDate(timezone, dayOf(timezone, at));
}

/** Beginning of a day, `yyyy-mm-dd`, in a timezone, epoch ms. */
export function startOfDate(timezone: string, day: string): number {
  const [year = 0, month = 0, date = 0] = day.split('-').map(Number);
  return new TZDate(year, month - 1, date, timezone).getTime();
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
