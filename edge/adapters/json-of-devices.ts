/**
 * Reads JSON as devices write it: behind a byte order mark, or with the end of a C string.
 *
 * @throws {SyntaxError} where it is none.
 */
export function parseDeviceJson(bytes: Uint8Array): unknown {
  return JSON.parse(new TextDecoder().decode(bytes).replace(/\0+$/, ''));
}
