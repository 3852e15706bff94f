import type { Duplex } from 'node:stream';
import type { CutCause, PendingConnections, Place } from '#runtime/pending-connections.ts';
import type { RefusalReason } from './errors.ts';
import { connectByte } from './packet-framing.ts';
import { mayBeProxyHeader, readProxyHeader } from './proxy-header.ts';

/** What pending connections share. */
export interface PendingConnectionDeps {
  room: PendingConnections;
  /** Longest CONNECT, as remaining length in bytes. */
  maxConnectBytes: number;
  /** Takes over a connection whose CONNECT has arrived whole and is still to be read. */
  onConnect: (connection: Duplex, pending: PendingConnection) => void;
  /** Tells that a connection was closed before it was handed over. */
  onClosed: (pending: PendingConnection, reason: RefusalReason) => void;
}

const reasonOf: Record<CutCause, RefusalReason> = {
  full: 'pending-full',
  late: 'connect-timeout',
  closing: 'broker-closing',
};
const maxLengthBytes = 4; // [MQTT-2.2.3]
const nothing = Buffer.alloc(0);

/**
 * A connection from its acceptance until its CONNECT has arrived whole.
 *
 * Until then it costs only its socket, a place in the waiting room and the bytes it has sent. Aedes and our own objects
 * for a client begin with the CONNECT, so 2,000 silent sockets cost 2,000 sockets and no more.
 */
export class PendingConnection {
  /** Address of the client, as its proxy states it where that is one of ours. */
  address: string;
  readonly place: Place;
  readonly #deps: PendingConnectionDeps;
  readonly #socket: Duplex;
  #disconnect: ((reason: RefusalReason) => void) | undefined;

  /** @param socket The accepted socket, whatever is spoken on it. */
  constructor(socket: Duplex, address: string, deps: PendingConnectionDeps) {
    this.address = address;
    this.#deps = deps;
    this.#socket = socket;
    this.place = deps.room.enter(address, (cause) => this.disconnect(reasonOf[cause]));
    socket.once('close', () => this.place.leave());
  }

  /** Sets the address that a proxy has stated. */
  setAddress(address: string): void {
    this.address = address;
    this.place.from(address);
  }

  /** Closes the connection for a reason of the broker's. */
  disconnect(reason: RefusalReason): void {
    if (this.#disconnect) {
      this.#disconnect(reason);
      return;
    }
    if (this.#socket.destroyed) return;
    this.#socket.destroy();
    this.#deps.onClosed(this, reason);
  }

  /** Says that the connection was handed over, and how it is closed from now on. */
  handOver(disconnect: (reason: RefusalReason) => void): void {
    this.#disconnect = disconnect;
    this.place.asked();
  }

  /**
   * Reads until the CONNECT is whole and hands the connection over.
   *
   * @param stream The socket, or the WebSocket on it.
   * @param options.proxyHeader True where the peer is a proxy of ours: a PROXY header may come before the CONNECT.
   * Without one the proxy itself is the client.
   */
  read(stream: Duplex, { proxyHeader }: { proxyHeader: boolean }): void {
    let bytes: Buffer = nothing;
    let isHeaderDue = proxyHeader;
    const onData = (chunk: Buffer) => {
      if (this.#socket.destroyed) return;
      bytes = bytes.length === 0 ? chunk : Buffer.concat([bytes, chunk]);
      if (isHeaderDue && mayBeProxyHeader(bytes)) {
        const header = readProxyHeader(bytes);
        if (header === undefined) return;
        if (header === 'invalid') return this.disconnect('proxy-header');
        if (header.address) this.setAddress(header.address);
        bytes = bytes.subarray(header.length);
      }
      isHeaderDue = false;
      const whole = isWholeConnect(bytes, this.#deps.maxConnectBytes);
      if (whole === 'not-mqtt' && mayBeProxyHeader(bytes)) this.disconnect('proxy-header');
      else if (typeof whole === 'string') this.disconnect(whole);
      else if (whole) handOver();
    };
    const onEnd = () => void stream.destroy();
    const onError = () => undefined;
    const handOver = () => {
      stream.off('data', onData).off('end', onEnd).pause();
      stream.unshift(bytes);
      this.#deps.onConnect(stream, this);
      stream.off('error', onError);
    };
    stream.on('data', onData).on('end', onEnd).on('error', onError);
  }
}

/** True once the bytes begin with a whole CONNECT, false while they may become one, else why they cannot. */
function isWholeConnect(bytes: Buffer, maxBytes: number): boolean | 'not-mqtt' | 'packet-too-large' {
  if (bytes.length === 0) return false;
  if (bytes[0] !== connectByte) return 'not-mqtt';
  let length = 0;
  for (let at = 1; ; at++) {
    const byte = bytes[at];
    if (byte === undefined) return false;
    length += (byte & 0x7f) * 128 ** (at - 1);
    if (length > maxBytes) return 'packet-too-large';
    if (byte < 0x80) return bytes.length > at + length;
    if (at === maxLengthBytes) return 'not-mqtt';
  }
}
