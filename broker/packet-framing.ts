import { DuplicateFilters } from './duplicate-filters.ts';
import {
  type BrokenClause,
  filtersOf,
  isForeignLevel,
  packetTypes,
  validatePacket,
  validatePublish,
} from './packet-validation.ts';

/** Longest MQTT packets accepted, as remaining length in bytes. */
export interface PacketLimits {
  publishBytes: number;
  controlBytes: number;
}

/** Why a stream of bytes is refused. */
export type FramingFault = 'packet-too-large' | 'not-mqtt' | 'protocol-level' | 'protocol-error';

const { connect, publish, subscribe, unsubscribe } = packetTypes;
/** First byte of a CONNECT, which has no flags. */
export const connectByte = connect << 4;
/** The next packet is read only after these are answered: it may depend on them. */
const answeredFirst: ReadonlySet<number> = new Set([connect, subscribe, unsubscribe]);
const maxLengthBytes = 4; // [MQTT-2.2.3]

/**
 * Finds where MQTT packets begin and end in a stream of chunks, and validates them before Aedes sees them.
 *
 * A packet's length is checked before its body is buffered. mqtt-packet itself would buffer up to 256 MiB.
 *
 * @see MQTT 3.1.1, section 2.2
 */
export class PacketFramer {
  fault: FramingFault | undefined;
  /** The clause a `protocol-error` breaks. */
  clause: BrokenClause | undefined;
  /** Whole packets seen so far. */
  packets = 0;
  /** Set where the last packet is a SUBSCRIBE that gives a filter twice. */
  duplicates: DuplicateFilters | undefined;
  readonly #limits: PacketLimits;
  #type = 0;
  #bodyLeft = 0;

  constructor(limits: PacketLimits) {
    this.#limits = limits;
  }

  /** True where the last packet must be answered before the next is read. */
  get needsAnswer(): boolean {
    return this.packets > 0 && answeredFirst.has(this.#type);
  }

  /**
   * Reads from `from` to the end of the packet. Within the payload of a PUBLISH the end of the chunk is enough.
   *
   * @returns The index read up to. It is `from` itself where more bytes are needed: the packet is not whole or, of a
   * PUBLISH, its header is not. The caller then gives the same bytes again, with more behind them.
   */
  advance(chunk: Buffer, from: number): number {
    if (this.#bodyLeft > 0) return this.#readPayload(chunk, from);
    const first = chunk[from] as number;
    if (this.packets === 0 && first !== connectByte) return this.#refuse('not-mqtt', from);
    let length = 0;
    let at = from + 1;
    for (let factor = 1; ; factor *= 128) {
      const byte = chunk[at++];
      if (byte === undefined) return from;
      length += (byte & 0x7f) * factor;
      if (byte < 0x80) break;
      if (at - from > maxLengthBytes) return this.#refuse('not-mqtt', from);
    }
    this.#type = first >> 4;
    this.duplicates = undefined;
    const { publishBytes, controlBytes } = this.#limits;
    if (length > (this.#type === publish ? publishBytes : controlBytes)) {
      return this.#refuse('packet-too-large', from);
    }
    if (this.#type === publish) return this.#readPublish(chunk, { from, at, length });
    if (chunk.length - at < length) return from;
    return this.#readControl(first, chunk.subarray(at, at + length)) ? at + length : from;
  }

  #readPublish(chunk: Buffer, { from, at, length }: { from: number; at: number; length: number }): number {
    if (length < 2) return this.#break('MQTT-3.3.2-1', from);
    if (chunk.length - at < 2) return from;
    const first = chunk[from] as number;
    const topicEnd = 2 + chunk.readUInt16BE(at);
    const head = topicEnd + ((first & 6) === 0 ? 0 : 2);
    if (head > length) return this.#break(topicEnd > length ? 'MQTT-3.3.2-1' : 'MQTT-2.3.1-1', from);
    if (chunk.length - at < head) return from;
    const broken = validatePublish(first, head > topicEnd ? chunk.readUInt16BE(at + topicEnd) : undefined);
    if (broken) return this.#break(broken, from);
    this.#bodyLeft = length;
    return this.#readPayload(chunk, at);
  }

  #readPayload(chunk: Buffer, from: number): number {
    const taken = Math.min(this.#bodyLeft, chunk.length - from);
    this.#bodyLeft -= taken;
    if (this.#bodyLeft === 0) this.packets++;
    return from + taken;
  }

  /** Returns true where the packet is valid. */
  #readControl(first: number, body: Buffer): boolean {
    if (this.#type === connect && this.packets > 0) this.#break('MQTT-3.1.0-2', 0);
    else if (this.#type === connect && isForeignLevel(body)) this.#refuse('protocol-level', 0);
    else {
      const broken = validatePacket(first, body);
      if (broken) this.#break(broken, 0);
    }
    if (this.fault) return false;
    if (this.#type === subscribe) this.duplicates = DuplicateFilters.of(filtersOf(body));
    this.packets++;
    return true;
  }

  #refuse(fault: FramingFault, at: number): number {
    this.fault = fault;
    return at;
  }

  #break(clause: BrokenClause, at: number): number {
    this.clause = clause;
    return this.#refuse('protocol-error', at);
  }
}
