/** A time tag: second, minute, hour, day, month, year - 2000, one binary byte each. @see GB/T 26875.3-2011, 8.2 */
export const timeTagBytes = 6;

/** The standard names no zone; the panels of a community show China's time. */
const zoneOffsetMs = 8 * 3_600_000;

/** A clock may be so wrong, ms; the years of the two forms of a tag lie 12 apart. */
const plausibleMs = 2 * 365 * 86_400_000;

/**
 * Reads a time tag into epoch ms; undefined for a time that does not exist, as unset clocks send.
 *
 * @param now Gateway time, epoch ms: tells a tag in decimal digits, as some makers write it, from one of the standard.
 */
export function readTimeTag(tag: Uint8Array, now: number): number | undefined {
  const standard = readParts([...tag]);
  return isDecimalTag(tag, now) ? readParts(decimalParts(tag)) : standard;
}

/** True for a tag whose bytes each hold two decimal digits (0x26 for 26): it makes sense in no other way. */
export function isDecimalTag(tag: Uint8Array, now: number): boolean {
  const isNear = (time: number | undefined) => time !== undefined && Math.abs(time - now) <= plausibleMs;
  return !isNear(readParts([...tag])) && isNear(readParts(decimalParts(tag)));
}

function decimalParts(tag: Uint8Array): number[] {
  return Array.from(tag, (byte) =>
    byte >> 4 < 10 && (byte & 15) < 10 ? (byte >> 4) * 10 + (byte & 15) : Number.NaN,
  );
}

function readParts(parts: number[]): number | undefined {
  const [second = 0, minute = 0, hour = 0, day = 0, month = 0, year = 0] = parts;
  const inRange = second < 60 && minute < 60 && hour < 24 && month >= 1 && month <= 12 && year < 100;
  if (!inRange || !(day >= 1)) return undefined;
  const local = Date.UTC(2000 + year, month - 1, day, hour, minute, second);
  return new Date(local).getUTCDate() === day ? local - zoneOffsetMs : undefined;
}

/** Writes epoch ms as a time tag, in decimal digits for a device that writes so itself. */
export function writeTimeTag(epochMs: number, isDecimal = false): Buffer {
  const local = new Date(epochMs + zoneOffsetMs);
  const parts = [
    local.getUTCSeconds(),
    local.getUTCMinutes(),
    local.getUTCHours(),
    local.getUTCDate(),
    local.getUTCMonth() + 1,
    local.getUTCFullYear() % 100,
  ];
  return Buffer.from(isDecimal ? parts.map((part) => (Math.floor(part / 10) << 4) | (part % 10)) : parts);
}
