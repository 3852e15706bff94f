const decoder = new TextDecoder('gb18030');

/** Longest text an event may carry. */
const maxTextLength = 256;

/** Reads GB18030 text: what follows the first 00 is garbage in the field, control characters are dropped. */
export function readPanelText(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  const text = decoder.decode(end < 0 ? bytes : bytes.subarray(0, end));
  return text
    .replaceAll(/[\p{Cc}\p{Cf}]/gu, ' ')
    .trim()
    .slice(0, maxTextLength);
}
