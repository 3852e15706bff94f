/** Says whether one more may pass, at most `perMinute` in a minute, a tenth of it at once. */
export function createPublishRate(perMinute: number, now: () => number): () => boolean {
  const burst = Math.max(1, perMinute / 10);
  let allowance = burst;
  let last = now();
  return () => {
    const at = now();
    allowance = Math.min(burst, allowance + ((at - last) / 60_000) * perMinute);
    last = at;
    if (allowance < 1) return false;
    allowance -= 1;
    return true;
  };
}
