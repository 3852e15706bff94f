import type { AskedFilter } from './packet-validation.ts';

const subackType = 9;
const refusedCode = 0x80;

/**
 * Completes the SUBACK to a SUBSCRIBE that gives a filter twice: it needs a code for each filter, in their order
 * [MQTT-3.8.4-5] [MQTT-3.9.3-1].
 *
 * Aedes answers each distinct filter once, so a client takes the answer to one filter for that to another. Example:
 * to the filters a, b, a Aedes sends codes for a, b. The client gets codes for a, b, a.
 */
export class DuplicateFilters {
  readonly #asked: readonly AskedFilter[];
  readonly #distinct: readonly string[];
  #held: Buffer = Buffer.alloc(0);
  #bodyLeft = 0;

  private constructor(asked: readonly AskedFilter[], distinct: readonly string[]) {
    this.#asked = asked;
    this.#distinct = distinct;
  }

  /** Returns undefined where no filter is given twice. */
  static of(asked: readonly AskedFilter[]): DuplicateFilters | undefined {
    const distinct = [...new Set(asked.map(({ filter }) => filter))];
    return distinct.length === asked.length ? undefined : new DuplicateFilters(asked, distinct);
  }

  /**
   * Returns the bytes to send for those Aedes has written. The bytes of a SUBACK are held until it is whole.
   *
   * @param chunk The first chunk begins with a packet.
   */
  pass(chunk: Buffer): Buffer {
    const sent: Buffer[] = [];
    let rest = this.#held.length > 0 ? Buffer.concat([this.#held, chunk]) : chunk;
    while (rest.length > 0) {
      if (this.#bodyLeft === 0) {
        const length = wholeLength(rest);
        if (length === undefined) break;
        if ((rest[0] as number) >> 4 === subackType) {
          if (rest.length < length) break;
          sent.push(this.#suback(rest.subarray(0, length)));
          rest = rest.subarray(length);
          continue;
        }
        this.#bodyLeft = length;
      }
      const taken = Math.min(this.#bodyLeft, rest.length);
      sent.push(rest.subarray(0, taken));
      this.#bodyLeft -= taken;
      rest = rest.subarray(taken);
    }
    this.#held = rest;
    return Buffer.concat(sent);
  }

  #suback(packet: Buffer): Buffer {
    const codes = packet.subarray(packet.length - this.#distinct.length);
    const granted = this.#asked.map(({ filter, qos }) =>
      codes[this.#distinct.indexOf(filter)] === refusedCode ? refusedCode : qos,
    );
    const id = packet.subarray(packet.length - codes.length - 2, packet.length - codes.length);
    const length = lengthBytes(granted.length + id.length);
    return Buffer.concat([packet.subarray(0, 1), length, id, Buffer.from(granted)]);
  }
}

/** Length of the packet that `bytes` begin, its header included; undefined while its header is not whole. */
function wholeLength(bytes: Buffer): number | undefined {
  let length = 0;
  for (let at = 1; at < bytes.length && at <= 4; at++) {
    const byte = bytes[at] as number;
    length += (byte & 0x7f) * 128 ** (at - 1);
    if (byte < 128) return 1 + at + length;
  }
  return undefined;
}

/** A remaining length as it is encoded in a packet. */
function lengthBytes(length: number): Buffer {
  const bytes: number[] = [];
  for (let left = length; bytes.length === 0 || left > 0; left = Math.floor(left / 128)) {
    bytes.push((left % 128) + (left > 127 ? 128 : 0));
  }
  return Buffer.from(bytes);
}
