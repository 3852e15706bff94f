const formats = new Map<string, Intl.DateTimeFormat>();

/** The day of an instant in a time zone, as `2026-11-24`; only to be compared. */
export function dayOf(timeZone: string, epochMs: number): string {
  let format = formats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' });
    formats.set(timeZone, format);
  }
  return format.format(epochMs);
}
