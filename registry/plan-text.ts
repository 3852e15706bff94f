/** Largest plan that is read, in bytes: ten times one of 10,000 people and 30,000 devices. */
export const maxPlanBytes = 100 * 2 ** 20;

/** The text of a plan, or why its bytes cannot be decoded. */
export type PlanText = { ok: true; text: string } | { ok: false; words: string };

/** Decodes a plan: UTF-8, with or without a byte order mark. Another encoding is named, with what to do. */
export function decodePlan(bytes: Uint8Array): PlanText {
  if (bytes.length > maxPlanBytes) {
    return refuse(`is ${bytes.length} bytes long, a plan has at most ${maxPlanBytes}`);
  }
  const utf16 = encodingOfUtf16(bytes);
  if (utf16) return refuse(`is in ${utf16} ("Unicode" in Windows Notepad); save it as UTF-8`);
  // A byte order mark is removed.
  const text = decode(bytes, 'utf-8');
  if (text === undefined) {
    const line = lineOfFirstFault(bytes);
    return decode(bytes, 'gb18030') === undefined
      ? refuse(`is not UTF-8 from line ${line} on: is it a text file?`)
      : refuse(
          `is not UTF-8 from line ${line} on; it looks like GBK ("ANSI" in Windows Notepad): save it as UTF-8`,
        );
  }
  return text.trim() === '' ? refuse('is empty') : { ok: true, text };
}

function refuse(words: string): PlanText {
  return { ok: false, words };
}

function decode(bytes: Uint8Array, encoding: string): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    // Another encoding: the caller tries the next.
    return undefined;
  }
}

/** Detects UTF-16 by its mark, or by the zero beside the first character, which is ASCII in JSON. */
function encodingOfUtf16([first, second]: Uint8Array): 'UTF-16 LE' | 'UTF-16 BE' | undefined {
  if ((first === 0xff && second === 0xfe) || (first !== 0 && second === 0)) return 'UTF-16 LE';
  if ((first === 0xfe && second === 0xff) || (first === 0 && second !== undefined && second !== 0))
    return 'UTF-16 BE';
  return undefined;
}

function lineOfFirstFault(bytes: Uint8Array): number {
  let [good, bad] = [0, bytes.length];
  // A prefix that ends within a character is no fault yet, hence the stream decoder.
  while (good < bad) {
    const middle = Math.ceil((good + bad) / 2);
    if (isDecodable(bytes.subarray(0, middle))) good = middle;
    else bad = middle - 1;
  }
  return bytes.subarray(0, good).filter((byte) => byte === 0x0a).length + 1;
}

function isDecodable(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    // The fault is within these bytes.
    return false;
  }
}
