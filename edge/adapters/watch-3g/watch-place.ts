import type { Position, Radio } from '#contracts/record-body.ts';
import { toTimestamp } from '#contracts/time.ts';
import type { LocationRecord } from './location-record.ts';

/** A satellite fix and when it was made, epoch ms. */
export interface WatchFix {
  position: Position;
  at: number;
}

/** Where a watch is, or last was, and what it hears around it while it does not know. */
export interface WatchPlace {
  position?: Position;
  radio?: Radio;
}

/**
 * Where a record places its watch. Without a fix that is where the watch itself says it last was, else its last fix
 * here: both marked, since whoever goes there must know that the watch may be elsewhere by now.
 *
 * @param lastFix The last fix of this watch that the gateway heard.
 */
export function placeOf(
  { position, lastPlace, radio }: Pick<LocationRecord, 'position' | 'lastPlace' | 'radio'>,
  lastFix: WatchFix | undefined,
): WatchPlace {
  if (position) return { position };
  const last = lastPlace ?? (lastFix && { ...lastFix.position, lastKnown: true });
  const isOfFix =
    lastFix && last?.latitude === lastFix.position.latitude && last.longitude === lastFix.position.longitude;
  return {
    ...(last && { position: { ...last, ...(isOfFix && { fixAt: toTimestamp(lastFix.at) }) } }),
    ...(radio && { radio }),
  };
}
