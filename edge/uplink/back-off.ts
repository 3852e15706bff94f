/** Bounds of the wait before a new connection, in ms. */
export interface BackOffLimits {
  firstMs: number;
  maxMs: number;
}

/**
 * Wait before the next try: doubling from `firstMs` to `maxMs`, half of it by chance, so that a thousand
 * gateways do not return at once.
 *
 * @param failures Tries in a row that came to nothing, ≥ 0.
 * @param random In [0, 1).
 */
export function backOffMs(failures: number, { firstMs, maxMs }: BackOffLimits, random: number): number {
  const longest = Math.min(maxMs, firstMs * 2 ** Math.min(failures, 30));
  return Math.round(longest * (0.5 + random / 2));
}
