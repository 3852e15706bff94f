import { type Static, Type } from 'typebox';

/** An instant on the wire: RFC 3339 in UTC with milliseconds, e.g. `2026-11-24T01:15:00.250Z`. */
export const Timestamp = Type.String({
  pattern: '^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])T([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d\\.\\d{3}Z$',
  description: 'RFC 3339, UTC, milliseconds.',
});
export type Timestamp = Static<typeof Timestamp>;

/** Writes epoch milliseconds as a wire timestamp. @throws {RangeError} outside the years 0 to 9999. */
export function toTimestamp(epochMs: number): Timestamp {
  const text = new Date(epochMs).toISOString();
  if (text.length !== 24) throw new RangeError(`time ${epochMs} is outside the years 0 to 9999`);
  return text;
}

/** Reads a wire timestamp into epoch milliseconds; 31 February reads as 3 March. */
export function fromTimestamp(timestamp: Timestamp): number {
  return Date.parse(timestamp);
}
