/** Longest MQTT packets let through, as remaining length in bytes. */
export interface PacketLimits {
  publishBytes: number;
  controlBytes: number;
}

/** Why a stream of bytes is not read on. */
export type MeterFault = 'packet-too-large' | 'not-mqtt';

const connectByte = 0x10;
const publishType = 3;
/** CONNECT, SUBSCRIBE, UNSUBSCRIBE: their order with what follows matters, so the next is read after the answer. */
const answeredTypes: ReadonlySet<number> = new Set([1, 8, 10]);
const maxLengthBytes = 4; // [MQTT-2.2.3]

/**
 * Follows MQTT packet borders in a stream of bytes, whatever its chunks, so that a packet's length is
 * known and judged before its body is buffered: mqtt-packet itself buffers up to 256 MiB.
 *
 * @see MQTT 3.1.1, section 2.2
 */
export class PacketMeter {
  fault: MeterFault | undefined;
  /** Packets wholly seen. */
  packets = 0;
  readonly #limits: PacketLimits;
  #type = 0;
  #bodyLeft = 0;
  /** Bytes of the fixed header seen: 0 between packets. */
  #headerBytes = 0;
  #length = 0;

  constructor(limits: PacketLimits) {
    this.#limits = limits;
  }

  /** True where the packet seen last is one to be answered before the next is read. */
  get endsAnswered(): boolean {
    return this.packets > 0 && answeredTypes.has(this.#type);
  }

  /** Reads on from `from` to the end of the packet in hand or of the chunk, and returns that index. */
  advance(chunk: Buffer, from: number): number {
    let at = from;
    while (at < chunk.length && this.#bodyLeft === 0) {
      const ended = this.#readHeaderByte(chunk[at++] as number);
      if (this.fault || ended) return at;
    }
    const taken = Math.min(this.#bodyLeft, chunk.length - at);
    this.#bodyLeft -= taken;
    if (taken > 0 && this.#bodyLeft === 0) this.packets++;
    return at + taken;
  }

  /** Returns true where the packet has no body, so it ended with this byte. */
  #readHeaderByte(byte: number): boolean {
    if (this.#headerBytes === 0) {
      this.#type = byte >> 4;
      this.#length = 0;
      if (this.packets === 0 && byte !== connectByte) this.fault = 'not-mqtt';
      this.#headerBytes = 1;
      return false;
    }
    this.#length += (byte & 0x7f) * 128 ** (this.#headerBytes - 1);
    if (byte >= 0x80) {
      if (++this.#headerBytes > maxLengthBytes) this.fault = 'not-mqtt';
      return false;
    }
    this.#headerBytes = 0;
    const limit = this.#type === publishType ? this.#limits.publishBytes : this.#limits.controlBytes;
    if (this.#length > limit) this.fault = 'packet-too-large';
    this.#bodyLeft = this.#length;
    if (this.#length === 0) this.packets++;
    return this.#length === 0;
  }
}
