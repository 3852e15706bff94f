import { isUtf8 } from 'node:buffer';

/** The clause of MQTT 3.1.1 that a packet breaks. */
export type BrokenClause = `MQTT-${string}`;

/** Types of MQTT packets a client may send, as the upper half of their first byte. */
export const packetTypes = {
  connect: 1,
  publish: 3,
  puback: 4,
  pubrec: 5,
  pubrel: 6,
  pubcomp: 7,
  subscribe: 8,
  unsubscribe: 10,
  pingreq: 12,
  disconnect: 14,
} as const;

/** A filter of a SUBSCRIBE with the QoS it asks for. */
export interface AskedFilter {
  filter: string;
  qos: number;
}

const flagsByType: Readonly<Record<number, number>> = { 6: 2, 8: 2, 10: 2 };
const clausesOfFlags: Readonly<Record<number, BrokenClause>> = {
  6: 'MQTT-3.6.1-1',
  8: 'MQTT-3.8.1-1',
  10: 'MQTT-3.10.1-1',
  14: 'MQTT-3.14.1-1',
};
/** The highest bit of the protocol level marks a bridge; mosquitto's bridges set it. */
const bridgeBit = 0x80;

/**
 * Validates a packet other than PUBLISH against MQTT 3.1.1. Aedes and mqtt-packet accept many invalid ones.
 *
 * @param firstByte Type and flags.
 * @param body The bytes after the remaining length.
 * @returns The clause it breaks; the connection must then be closed [MQTT-4.8.0-1].
 */
export function validatePacket(firstByte: number, body: Buffer): BrokenClause | undefined {
  const type = firstByte >> 4;
  if ((firstByte & 15) !== (flagsByType[type] ?? 0)) return clausesOfFlags[type] ?? 'MQTT-2.2.2-2';
  switch (type) {
    case packetTypes.connect:
      return validateConnect(body);
    case packetTypes.puback:
    case packetTypes.pubrec:
    case packetTypes.pubrel:
    case packetTypes.pubcomp:
      if (body.length !== 2) return 'MQTT-4.8.0-1';
      return body.readUInt16BE() === 0 ? 'MQTT-2.3.1-1' : undefined;
    case packetTypes.subscribe:
    case packetTypes.unsubscribe:
      return validateFilters(type, body);
    case packetTypes.pingreq:
    case packetTypes.disconnect:
      return body.length === 0 ? undefined : 'MQTT-4.8.0-1';
    default:
      return 'MQTT-4.8.0-1';
  }
}

/** Validates the header of a PUBLISH; its topic is checked against the sender's rights later. */
export function validatePublish(firstByte: number, packetId: number | undefined): BrokenClause | undefined {
  const qos = (firstByte >> 1) & 3;
  if (qos === 3) return 'MQTT-3.3.1-4';
  // DUP with QoS 0 is wrong too [MQTT-3.3.1-2], but an alarm is never refused for a flag.
  if (qos === 0) return undefined;
  return packetId ? undefined : 'MQTT-2.3.1-1';
}

/** True for a CONNECT of a protocol level this broker does not speak. [MQTT-3.1.2-2] */
export function isForeignLevel(body: Buffer): boolean {
  const name = new Fields(body).text();
  const level = (body[2 + (name?.length ?? 0)] ?? 0) & ~bridgeBit;
  return (name === 'MQTT' && level !== 4) || (name === 'MQIsdp' && level !== 3);
}

/** The filters of a SUBSCRIBE that `validatePacket` accepted. */
export function filtersOf(body: Buffer): AskedFilter[] {
  const fields = new Fields(body, 2);
  const asked: AskedFilter[] = [];
  while (fields.left > 0) asked.push({ filter: fields.text() ?? '', qos: fields.byte() ?? 0 });
  return asked;
}

function validateConnect(body: Buffer): BrokenClause | undefined {
  const fields = new Fields(body);
  const name = fields.text();
  if (name !== 'MQTT' && name !== 'MQIsdp') return 'MQTT-3.1.2-1';
  fields.byte();
  const flags = fields.byte();
  if (flags === undefined || fields.number() === undefined) return 'MQTT-3.1.4-1';
  const has = (bit: number) => (flags & bit) !== 0;
  const willQos = (flags >> 3) & 3;
  if (has(1)) return 'MQTT-3.1.2-3';
  if (!has(4) && willQos > 0) return 'MQTT-3.1.2-13';
  if (willQos === 3) return 'MQTT-3.1.2-14';
  if (!has(4) && has(32)) return 'MQTT-3.1.2-15';
  if (!has(128) && has(64)) return 'MQTT-3.1.2-22';
  const clientId = fields.text();
  if (clientId === undefined) return fields.broken ?? 'MQTT-3.1.3-3';
  if (has(4) && (fields.text() === undefined || fields.bytes() === undefined)) {
    return fields.broken ?? 'MQTT-3.1.2-9';
  }
  if (has(128) && fields.text() === undefined) return fields.broken ?? 'MQTT-3.1.2-19';
  if (has(64) && fields.bytes() === undefined) return 'MQTT-3.1.2-21';
  return fields.left > 0 ? 'MQTT-3.1.4-1' : undefined;
}

function validateFilters(type: number, body: Buffer): BrokenClause | undefined {
  const isSubscribe = type === packetTypes.subscribe;
  const fields = new Fields(body);
  const id = fields.number();
  if (!id) return 'MQTT-2.3.1-1';
  if (fields.left === 0) return isSubscribe ? 'MQTT-3.8.3-3' : 'MQTT-3.10.3-2';
  while (fields.left > 0) {
    const filter = fields.text();
    if (filter === undefined) return fields.broken ?? (isSubscribe ? 'MQTT-3.8.3-1' : 'MQTT-3.10.3-1');
    const broken = validateFilter(filter);
    if (broken) return broken;
    const qos = isSubscribe ? fields.byte() : 0;
    if (qos === undefined || qos > 2) return 'MQTT-3.8.3-4';
  }
  return undefined;
}

function validateFilter(filter: string): BrokenClause | undefined {
  if (filter === '') return 'MQTT-4.7.3-1';
  const levels = filter.split('/');
  if (levels.some((level, at) => level.includes('#') && (level !== '#' || at < levels.length - 1))) {
    return 'MQTT-4.7.1-2';
  }
  return levels.some((level) => level.includes('+') && level !== '+') ? 'MQTT-4.7.1-3' : undefined;
}

/** Reads the fields of a body in order; a field is undefined where the body ends too soon. */
class Fields {
  /** The clause that the last text broke; undefined where the body only ended too soon. */
  broken: BrokenClause | undefined;
  readonly #body: Buffer;
  #at: number;

  constructor(body: Buffer, at = 0) {
    this.#body = body;
    this.#at = at;
  }

  get left(): number {
    return this.#body.length - this.#at;
  }

  byte(): number | undefined {
    return this.left < 1 ? undefined : this.#body[this.#at++];
  }

  number(): number | undefined {
    if (this.left < 2) return undefined;
    this.#at += 2;
    return this.#body.readUInt16BE(this.#at - 2);
  }

  bytes(): Buffer | undefined {
    const length = this.number();
    if (length === undefined || length > this.left) return undefined;
    this.#at += length;
    return this.#body.subarray(this.#at - length, this.#at);
  }

  text(): string | undefined {
    const bytes = this.bytes();
    if (!bytes) return undefined;
    if (!isUtf8(bytes)) this.broken = 'MQTT-1.5.3-1';
    else if (bytes.includes(0)) this.broken = 'MQTT-1.5.3-2';
    return this.broken ? undefined : bytes.toString('utf8');
  }
}
