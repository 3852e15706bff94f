let codes: Map<string, number> | undefined;

/**
 * Writes text in GB 18030, of its two-byte characters and ASCII; what it lacks becomes `?`.
 *
 * Node only decodes this encoding, so the table is made by decoding every two-byte code once.
 */
export function encodeGb18030(text: string): Buffer {
  codes ??= readCodes();
  const bytes: number[] = [];
  for (const character of text) {
    const code = character.charCodeAt(0) < 0x80 ? character.charCodeAt(0) : codes.get(character);
    if (code === undefined) bytes.push(0x3f);
    else if (code > 0xff) bytes.push(code >> 8, code & 0xff);
    else bytes.push(code);
  }
  return Buffer.from(bytes);
}

function readCodes(): Map<string, number> {
  const decoder = new TextDecoder('gb18030');
  const found = new Map<string, number>();
  for (let high = 0x81; high <= 0xfe; high++) {
    for (let low = 0x40; low <= 0xfe; low++) {
      const character = decoder.decode(Uint8Array.of(high, low));
      if ([...character].length === 1 && character !== '\ufffd') found.set(character, (high << 8) | low);
    }
  }
  return found;
}
