/** A protocol that a device speaks at a port of another one. */
export interface ForeignProtocol {
  /** Its usual name, the same in every language, e.g. `JT/T 808`. */
  protocol: string;
  /** What the device calls itself in its first bytes, e.g. its IMEI. */
  device?: string;
}

/** As many first bytes of a connection as are looked at. */
export const maxHeadBytes = 256;

interface Signature {
  protocol: string;
  /** Adapter whose own protocol it is: there it is not foreign. */
  adapter?: string;
  /** First bytes as text; the first group, where there is one, is the device. */
  text?: RegExp;
  /** First bytes as hexadecimal digits, two a byte. */
  hex?: RegExp;
  /** Finds the device in the bytes, where the text does not hold it. */
  deviceOf?: (head: Buffer) => string | undefined;
}

/** Looked through from the top; none begins like a frame of another. */
const signatures: readonly Signature[] = [
  { protocol: '3G watch', adapter: 'watch-3g', text: /^\[[A-Za-z0-9]{2}\*([A-Za-z0-9]{5,20})\*/ },
  // Watches of the same makers, locked to the makers' own servers. @see traccar issue 4202
  { protocol: 'AQSH (encrypted 3G watch)', hex: /^ff41515348/ },
  {
    protocol: 'GB/T 26875.3',
    adapter: 'gb26875',
    hex: /^4040.{46}0[0-4]/,
    deviceOf: (head) => Buffer.from(head.subarray(12, 18)).reverse().toString('hex'),
  },
  { protocol: '68…16 (FSCN8001)', hex: /^68[0189a-f]/ },
  { protocol: 'JT/T 808', hex: /^7e[08].(?:(?!7e)..){11}/, deviceOf: terminalPhone },
  { protocol: 'GT06', hex: /^(?:7878[0-7].|79790[0-4]..)[0-289a-f]/, deviceOf: loginImei },
  { protocol: 'IW', text: /^IW[A-Z]{2}(?:00(\d{15})|[A-Z0-9]{2})/ },
  { protocol: 'H02', text: /^\*HQ,(\d{10,15}),/ },
  { protocol: 'GPS103', text: /^##,imei:(\d{15})/ },
  { protocol: 'Gator', hex: /^2424[2389].0[0-4]/ },
  { protocol: 'TLS', hex: /^16030[0-4]/ },
  { protocol: 'MQTT', hex: /^10(?:..){1,4}00(?:044d515454|064d5149736470)/ },
  { protocol: 'Hikvision ISAPI', text: /^(?:POST|PUT) [^ ]*\/isapi\//i },
  { protocol: 'HTTP', text: /^(?:GET|POST|PUT|HEAD|OPTIONS|PATCH|DELETE|CONNECT) [^ ]+ / },
];

/**
 * Recognizes another protocol by the first bytes of a connection.
 *
 * @param head The first bytes, at most `maxHeadBytes`; too few of them may be recognized once more have come.
 * @param adapter Adapter whose port it is.
 */
export function recognizeForeign(head: Buffer, adapter: string): ForeignProtocol | undefined {
  const first = head.subarray(0, maxHeadBytes);
  const text = first.toString('latin1');
  const digits = first.toString('hex');
  for (const { protocol, adapter: own, deviceOf, ...starts } of signatures) {
    if (own === adapter) continue;
    const match = starts.text?.exec(text) ?? starts.hex?.exec(digits);
    if (!match) continue;
    const device = match[1] ?? deviceOf?.(first);
    return { protocol, ...(device !== undefined && { device }) };
  }
  return undefined;
}

/** Looks at the first bytes of one connection until they are recognized or too many. */
export interface ForeignWatch {
  inspect(chunk: Buffer): void;
  /** A readable frame came: the device speaks the right protocol. */
  stop(): void;
}

/** Watches a connection at the port of `adapter`; `onFound` is called at most once. */
export function createForeignWatch(adapter: string, onFound: (found: ForeignProtocol) => void): ForeignWatch {
  let head: Buffer | undefined = Buffer.alloc(0);
  return {
    inspect: (chunk) => {
      if (!head) return;
      head = Buffer.concat([head, chunk.subarray(0, maxHeadBytes - head.length)]);
      const found = recognizeForeign(head, adapter);
      if (found || head.length >= maxHeadBytes) head = undefined;
      if (found) onFound(found);
    },
    stop: () => {
      head = undefined;
    },
  };
}

/** Terminal phone of a JT/T 808 header: BCD, six bytes, or ten where bit 14 of the properties names the 2019 version. */
function terminalPhone(head: Buffer): string | undefined {
  const bytes: number[] = [];
  for (let at = 1; at < head.length && bytes.length < 15; at++) {
    const isEscape = head[at] === 0x7d && (head[at + 1] === 1 || head[at + 1] === 2);
    bytes.push(isEscape ? 0x7c + (head[++at] ?? 0) : (head[at] ?? 0));
  }
  const is2019 = ((bytes[2] ?? 0) & 0x40) !== 0;
  return bcdDigits(Buffer.from(is2019 ? bytes.slice(5, 15) : bytes.slice(4, 10)), is2019 ? 10 : 6);
}

/** IMEI of a GT06 login (type 01), BCD in eight bytes. */
function loginImei(head: Buffer): string | undefined {
  return head[0] === 0x78 && head[3] === 1 ? bcdDigits(head.subarray(4, 12), 8) : undefined;
}

function bcdDigits(bytes: Buffer, length: number): string | undefined {
  const digits = bytes.toString('hex');
  return bytes.length === length && /^\d+$/.test(digits) ? digits.replace(/^0+(?=\d)/, '') : undefined;
}
