import { isDecimalTag, timeTagBytes, writeTimeTag } from './time-tag.ts';

/** Bytes of a frame besides its application data. */
export const frameOverhead = 30;
/** Longest application data unit. @see GB/T 26875.3-2011, 6.2 */
export const maxDataBytes = 1024;
/** Offset of the first byte after the head, where the application data begins. */
const dataOffset = 27;

/** Command bytes of the standard; 128 to 255 are the makers'. */
export const commands = { control: 1, send: 2, confirm: 3, request: 4, response: 5, deny: 6 } as const;

/** A frame, or the head of one whose rest is wrong. */
export interface PanelFrame {
  /** Opaque: only ever echoed. */
  serial: Buffer;
  version: Buffer;
  timeTag: Buffer;
  /** Six bytes as sent, least significant first. */
  source: Buffer;
  destination: Buffer;
  command: number;
  data: Buffer;
}

/** Reads a frame's fields; `bytes` holds at least a head. */
export function readFrame(bytes: Buffer): PanelFrame {
  const dataEnd = Math.min(dataOffset + bytes.readUInt16LE(24), bytes.length);
  return {
    serial: bytes.subarray(2, 4),
    version: bytes.subarray(4, 6),
    timeTag: bytes.subarray(6, 6 + timeTagBytes),
    source: bytes.subarray(12, 18),
    destination: bytes.subarray(18, 24),
    command: bytes[26] ?? 0,
    data: bytes.subarray(dataOffset, dataEnd),
  };
}

/** The address as 12 hexadecimal digits, most significant first. */
export function addressHex(address: Uint8Array): string {
  return Buffer.from(address).reverse().toString('hex');
}

/** Sum of the bytes after the start up to the checksum, low 8 bits. */
export function checksum(bytes: Uint8Array, end: number): number {
  let sum = 0;
  for (let at = 2; at < end; at++) sum += bytes[at] ?? 0;
  return sum & 0xff;
}

/**
 * Writes a confirm or deny: serial and version echoed, addresses swapped, the centre's time in the form of the
 * frame's.
 *
 * @see GB/T 26875.3-2011, 6.3
 */
export function encodeAnswer(
  to: PanelFrame,
  answer: { command: number; now: number; data?: Uint8Array },
): Buffer {
  const data = answer.data ?? Buffer.alloc(0);
  const length = Buffer.alloc(2);
  length.writeUInt16LE(data.length);
  const body = Buffer.concat([
    Buffer.from([0x40, 0x40]),
    to.serial,
    to.version,
    writeTimeTag(answer.now, isDecimalTag(to.timeTag, answer.now)),
    to.destination,
    to.source,
    length,
    Buffer.from([answer.command]),
    data,
  ]);
  return Buffer.concat([body, Buffer.from([checksum(body, body.length), 0x23, 0x23])]);
}
