import { connect, type Socket } from 'node:net';

/** Bytes of an MQTT 3.1.1 packet: type and flags, remaining length, body. Written by hand to be wrong at will. */
export function packet(firstByte: number, ...body: Buffer[]): Buffer {
  const bytes = Buffer.concat(body);
  return Buffer.concat([Buffer.from([firstByte]), remainingLength(bytes.length), bytes]);
}

/** A remaining length in its 1 to 4 bytes. */
export function remainingLength(length: number): Buffer {
  const bytes: number[] = [];
  let left = length;
  do {
    const byte = left % 128;
    left = Math.floor(left / 128);
    bytes.push(left > 0 ? byte + 128 : byte);
  } while (left > 0);
  return Buffer.from(bytes);
}

/** A string with its length before it. */
export function field(text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes]);
}

/** CONNECT with a clean session. */
export function connectPacket(username: string, password: string, keepAliveS = 30): Buffer {
  const flags = Buffer.from([4, 0xc2, keepAliveS >> 8, keepAliveS & 0xff]);
  return packet(0x10, field('MQTT'), flags, field(`raw-${username}`), field(username), field(password));
}

/** PUBLISH of QoS 1 with a packet identifier, of QoS 0 without. */
export function publishPacket(topic: string, text: string, id?: number, retain = false): Buffer {
  const messageId = id === undefined ? Buffer.alloc(0) : Buffer.from([id >> 8, id & 0xff]);
  const flags = (id === undefined ? 0 : 2) | (retain ? 1 : 0);
  return packet(0x30 | flags, field(topic), messageId, Buffer.from(text));
}

/** SUBSCRIBE to one filter at QoS 1. */
export function subscribePacket(filter: string, id: number): Buffer {
  return packet(0x82, Buffer.from([id >> 8, id & 0xff]), field(filter), Buffer.from([1]));
}

/** A socket whose received bytes are collected, and which says when it was closed. */
export interface RawClient {
  socket: Socket;
  received: () => Buffer;
  closed: Promise<void>;
}

/** Opens a raw connection. */
export async function connectRaw(port: number): Promise<RawClient> {
  const socket = connect(port, '127.0.0.1');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  socket.on('error', () => undefined);
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  await new Promise<void>((resolve) => socket.once('connect', () => resolve()));
  return { socket, received: () => Buffer.concat(chunks), closed };
}
