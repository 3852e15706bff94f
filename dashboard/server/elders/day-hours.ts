const hourMs = 3_600_000;
const formats = new Map<string, Intl.DateTimeFormat>();

/**
 * Beginning of the day of an instant in a timezone, epoch ms, also where clocks are changed in between.
 *
 * @param at Epoch ms.
 */
export function startOfDay(timezone: string, at: number): number {
  const start = at - sinceMidnight(timezone, at);
  // Where the clock was changed since midnight the wall's hours are not the hours that passed.
  const drift = sinceMidnight(timezone, start);
  return drift === 0 ? start : start + (drift > 12 * hourMs ? 24 * hourMs - drift : -drift);
}

function sinceMidnight(timezone: string, at: number): number {
  const parts = formatOf(timezone).formatToParts(at);
  const read = (type: string) => Number(parts.find((part) => part.type === type)?.value ?? 0);
  return ((read('hour') * 60 + read('minute')) * 60 + read('second')) * 1000 + (((at % 1000) + 1000) % 1000);
}

function formatOf(timezone: string): Intl.DateTimeFormat {
  const known = formats.get(timezone);
  if (known) return known;
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: timezone,
    hourCycle: 'h23',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  formats.set(timezone, format);
  return format;
}
