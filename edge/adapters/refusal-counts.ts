/** What adapters count of those whom they do not let in, or cut for what they send. */
const refusalCounts = new Set([
  'refused-sign-ins',
  'refused-sources',
  'refused-signatures',
  'refused-rate',
  'refused-connections',
  'displaced-connections',
  'garbage-connections',
  'wrong-path',
]);

/** Says whether an adapter's count is of a refusal, which the platform hears of as `adapters-refused`. */
export function isRefusal(what: string): boolean {
  return refusalCounts.has(what);
}
