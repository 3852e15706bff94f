import type { Duplex } from 'node:stream';
import type { CutCause, PendingConnections, Place } from '#runtime/pending-connections.ts';
import type { RefusalReason } from './errors.ts';
import { connectByte } from './packet-meter.ts';
import { mayBeProxyHeader, readProxyHeader } from './proxy-header.ts';

/** What strangers are met with. */
export interface StrangerDeps {
  room: PendingConnections;
  /** Longest CONNECT, as remaining length in bytes. */
  maxConnectBytes: number;
  /** Hands on a connection whose CONNECT is whole and not read yet. */
  onConnect: (connection: Duplex, stranger: Stranger) => void;
  /** Tells why a connection was cut that nobody else knows of yet. */
  onCut: (stranger: Stranger, reason: RefusalReason) => void;
}

const reasonOf: Record<CutCause, RefusalReason> = {
  full: 'pending-full',
  late: 'connect-timeout',
  closing: 'broker-closing',
};
const maxLengthBytes = 4; // [MQTT-2.2.3]
const nothing = Buffer.alloc(0);

/**
 * A connection from the moment it is accepted until its CONNECT is whole.
 *
 * Until then it costs its socket, a place in the waiting room and the bytes it has sent: two thousand that say nothing
 * cost no more, and the broker's own machinery begins with one that has said who it is.
 */
export class Stranger {
  /** Address of the other end, by its proxy's word where that is one of ours. */
  address: string;
  readonly place: Place;
  readonly #deps: StrangerDeps;
  readonly #socket: Duplex;
  #handedOn: ((reason: RefusalReason) => void) | undefined;

  /** @param socket The accepted socket, whatever is spoken on it. */
  constructor(socket: Duplex, address: string, deps: StrangerDeps) {
    this.address = address;
    this.#deps = deps;
    this.#socket = socket;
    this.place = deps.room.enter(address, (cause) => this.cut(reasonOf[cause]));
    socket.once('close', () => this.place.leave());
  }

  /** Takes a proxy's word for who it is. */
  isFrom(address: string): void {
    this.address = address;
    this.place.from(address);
  }

  /** Closes the connection for a reason of the broker's. */
  cut(reason: RefusalReason): void {
    if (this.#handedOn) {
      this.#handedOn(reason);
      return;
    }
    if (this.#socket.destroyed) return;
    this.#socket.destroy();
    this.#deps.onCut(this, reason);
  }

  /** Whoever has the connection now closes it itself. */
  handedOn(cut: (reason: RefusalReason) => void): void {
    this.#handedOn = cut;
    this.place.asked();
  }

  /**
   * Reads a whole CONNECT and hands the connection on.
   *
   * @param stream The socket, or the WebSocket on it.
   * @param options.proxyHeader True where the peer is a proxy of ours: its PROXY header stands before the CONNECT.
   * One that sends none speaks for itself.
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
        if (header === 'invalid') return this.cut('proxy-header');
        if (header.address) this.isFrom(header.address);
        bytes = bytes.subarray(header.length);
      }
      isHeaderDue = false;
      const whole = isWholeConnect(bytes, this.#deps.maxConnectBytes);
      if (whole === 'not-mqtt' && mayBeProxyHeader(bytes)) this.cut('proxy-header');
      else if (typeof whole === 'string') this.cut(whole);
      else if (whole) handOn();
    };
    const onEnd = () => void stream.destroy();
    const onError = () => undefined;
    const handOn = () => {
      stream.off('data', onData).off('end', onEnd).pause();
      stream.unshift(bytes);
      this.#deps.onConnect(stream, this);
      stream.off('error', onError);
    };
    stream.on('data', onData).on('end', onEnd).on('error', onError);
  }
}

/** True once bytes begin with a whole CONNECT; else whether they can become one. */
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
