const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** How long ago, in the one unit people say it in. */
export type Age = { unit: 'now' | 'seconds' | 'minutes' | 'hours' | 'days'; n: number };

/** How long ago `ms` is; what seems to lie ahead counts as now, since clocks differ a little. */
export function ageOf(ms: number): Age {
  if (ms < 5000) return { unit: 'now', n: 0 };
  if (ms < minuteMs) return { unit: 'seconds', n: Math.floor(ms / 1000) };
  if (ms < hourMs) return { unit: 'minutes', n: Math.floor(ms / minuteMs) };
  if (ms < dayMs) return { unit: 'hours', n: Math.floor(ms / hourMs) };
  return { unit: 'days', n: Math.floor(ms / dayMs) };
}

/** A running span in its two leading units. */
export type Elapsed = {
  unit: 'seconds' | 'minutes' | 'hours' | 'days';
  d: number;
  h: number;
  m: number;
  s: number;
};

/** Splits a running span; a negative one counts as zero. */
export function elapsedOf(ms: number): Elapsed {
  const span = Math.max(0, ms);
  const parts = {
    d: Math.floor(span / dayMs),
    h: Math.floor((span % dayMs) / hourMs),
    m: Math.floor((span % hourMs) / minuteMs),
    s: Math.floor((span % minuteMs) / 1000),
  };
  if (parts.d > 0) return { unit: 'days', ...parts };
  if (parts.h > 0) return { unit: 'hours', ...parts };
  return { unit: parts.m > 0 ? 'minutes' : 'seconds', ...parts };
}
