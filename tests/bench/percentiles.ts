/** Percentiles of a set of durations, in ms with two decimals. */
export interface Percentiles {
  count: number;
  p50: number;
  p95: number;
  p99: number;
  max: number;
}

/** Reads the percentiles of durations; all NaN for none. */
export function percentilesOf(durationsMs: number[]): Percentiles {
  const sorted = durationsMs.toSorted((a, b) => a - b);
  const at = (share: number) =>
    Math.round((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN) * 100) /
    100;
  return { count: sorted.length, p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
}
