/** A time tag: second, minute, hour, day, month, year - 2000, one binary byte each. @see GB/T 26875.3-2011, 8.2 */
export const timeTagBytes = 6;

/** The standard names no zone; the panels of a community show China's time. */
const zoneOffsetMs = 8 * 3_600_000;

/** Reads a time tag into epoch ms; undefined for a time that does not exist, as unset clocks send. */
export function readTimeTag(tag: Uint8Array): number | undefined {
  const [second = 0, minute = 0, hour = 0, day = 0, month = 0, year = 0] = tag;
  const inRange = second < 60 && minute < 60 && hour < 24 && month >= 1 && month <= 12 && year < 100;
  if (!inRange || day < 1) return undefined;
  const local = Date.UTC(2000 + year, month - 1, day, hour, minute, second);
  return new Date(local).getUTCDate() === day ? local - zoneOffsetMs : undefined;
}

/** Writes epoch ms as a time tag. */
export function writeTimeTag(epochMs: number): Buffer {
  const local = new Date(epochMs + zoneOffsetMs);
  return Buffer.from([
    local.getUTCSeconds(),
    local.getUTCMinutes(),
    local.getUTCHours(),
    local.getUTCDate(),
    local.getUTCMonth() + 1,
    local.getUTCFullYear() % 100,
  ]);
}
