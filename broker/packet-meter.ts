import {
  type BrokenClause,
  checkPacket,
  checkPublish,
  filtersOf,
  isForeignLevel,
  packetTypes,
} from './packet-check.ts';
import { RepeatedFilters } from './repeated-filters.ts';

/** Longest MQTT packets let through, as remaining length in bytes. */
export interface PacketLimits {
  publishBytes: number;
  controlBytes: number;
}

/** Why a stream of bytes is not read on. */
export type MeterFault = 'packet-too-large' | 'not-mqtt' | 'protocol-level' | 'protocol-error';

const { connect, publish, subscribe, unsubscribe } = packetTypes;
/** First byte of a CONNECT, which has no flags. */
export const connectByte = connect << 4;
/** The order of these with what follows matters, so the next packet is read after the answer. */
const answeredTypes: ReadonlySet<number> = new Set([connect, subscribe, unsubscribe]);
const maxLengthBytes = 4; // [MQTT-2.2.3]

/**
 * Follows MQTT packet borders in a stream of bytes, whatever its chunks, so that a packet's length is known and
 * judged before its body is buffered: mqtt-packet itself buffers up to 256 MiB. What breaks the standard is found
 * before Aedes sees it.
 *
 * @see MQTT 3.1.1, section 2.2
 */
export class PacketMeter {
  fault: MeterFault | undefined;
  /** What a `protocol-error` breaks. */
  clause: BrokenClause | undefined;
  /** Packets wholly seen. */
  packets = 0;
  /** Of the packet seen last, a SUBSCRIBE that gives a filter twice. */
  repeated: RepeatedFilters | undefined;
  readonly #limits: PacketLimits;
  #type = 0;
  #bodyLeft = 0;

  constructor(limits: PacketLimits) {
    this.#limits = limits;
  }

  /** True where the packet seen last is one to be answered before the next is read. */
  get endsAnswered(): boolean {
    return this.packets > 0 && answeredTypes.has(this.#type);
  }

  /**
   * Reads on from `from` to the end of the packet in hand, or of the chunk within the payload of a PUBLISH.
   *
   * @returns The index read up to; `from` itself where the chunk must be given again with more bytes behind it,
   * since the packet is not whole or, of a PUBLISH, what stands before its payload.
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
    this.repeated = undefined;
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
    const broken = checkPublish(first, head > topicEnd ? chunk.readUInt16BE(at + topicEnd) : undefined);
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

  /** Returns true where the packet is as it should be. */
  #readControl(first: number, body: Buffer): boolean {
    if (this.#type === connect && this.packets > 0) this.#break('MQTT-3.1.0-2', 0);
    else if (this.#type === connect && isForeignLevel(body)) this.#refuse('protocol-level', 0);
    else {
      const broken = checkPacket(first, body);
      if (broken) this.#break(broken, 0);
    }
    if (this.fault) return false;
    if (this.#type === subscribe) this.repeated = RepeatedFilters.of(filtersOf(body));
    this.packets++;
    return true;
  }

  #refuse(fault: MeterFault, at: number): number {
    this.fault = fault;
    return at;
  }

  #break(clause: BrokenClause, at: number): number {
    this.clause = clause;
    return this.#refuse('protocol-error', at);
  }
}
