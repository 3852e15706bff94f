import { isPlausible } from '#contracts/facts/quantities.ts';
import type { RecordEntry } from '#contracts/journal-entry.ts';
import type { LatestValue } from '#contracts/warning-transition.ts';

/** What a record says of its device, under the name it goes by among the latest values. */
function saidBy({ body }: RecordEntry): { name: string; value: Omit<LatestValue, 'capturedAt'> } | undefined {
  if (body.type === 'reading') {
    const { quantity, value, unit } = body;
    return isPlausible(quantity, value)
      ? { name: quantity, value: { value, unit } }
      : { name: quantity, value: { value, unit, implausible: true } };
  }
  if (body.type === 'event') return { name: body.kind, value: { value: body.active !== false } };
  if (body.type === 'position') {
    const { latitude, longitude, lastKnown } = body.position;
    // The place is known already, by the fix itself and with its time.
    if (lastKnown) return undefined;
    return { name: 'position', value: { value: `${latitude},${longitude}` } };
  }
  return undefined;
}

/**
 * Updates the latest values of a record's device, ordered by gateway time.
 *
 * What is historical or of unknown age never replaces a value, and an implausible value never replaces a
 * plausible one.
 *
 * @param receivedAt Platform time, epoch ms: a gateway whose clock runs ahead does not block what follows.
 * @returns True where something changed.
 */
export function updateLatest(
  latest: Record<string, LatestValue>,
  entry: RecordEntry,
  receivedAt: number,
): boolean {
  const said = saidBy(entry);
  if (!said) return false;
  const capturedAt = Math.min(entry.capturedAt, receivedAt);
  const known = latest[said.name];
  if (known) {
    if (entry.historical || entry.heldMs === undefined || capturedAt < known.capturedAt) return false;
    if (said.value.implausible && !known.implausible) return false;
  }
  latest[said.name] = { capturedAt, ...said.value };
  return true;
}
