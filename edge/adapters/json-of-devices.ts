/**
 * Reads JSON as devices write it: behind a byte order mark, or with the end of a C string.
 *
 * @throws {SyntaxError} where it is none.
 */
export function parseDeviceJson(bytes: Uint8Array): unknown {
  return JSON.parse(new TextDecoder().decode(bytes).replace(/\0+$/, ''));
}

/** True for a JSON object, as against a list, a value or null. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
