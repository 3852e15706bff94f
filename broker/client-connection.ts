import { Duplex } from 'node:stream';
import type { ConnectionRate } from './connection-rates.ts';
import type { DuplicateFilters } from './duplicate-filters.ts';
import { BrokerError, type RefusalReason } from './errors.ts';
import { type FramingFault, PacketFramer, type PacketLimits } from './packet-framing.ts';
import type { BrokenClause } from './packet-validation.ts';
import type { Session } from './sign-in.ts';
import { WriteQueue } from './write-queue.ts';

type Done = (error?: Error | null) => void;

/** Limits of a client's connection, and callbacks for its events. */
export interface ClientConnectionOptions {
  packetLimits: PacketLimits;
  maxSendBufferBytes: () => number;
  maxThrottleMs: number;
  now: () => number;
  onReceived: (bytes: number) => void;
  onSent: (bytes: number) => void;
  onThrottled: () => void;
}

/** CONNACK: unacceptable protocol level. [MQTT-3.1.2-2] */
const protocolLevelAnswer = Buffer.from([0x20, 2, 0, 1]);

/**
 * A client's connection as Aedes sees it: it wraps the TCP or WebSocket connection and enforces our limits.
 *
 * Reading: a packet that is too long is refused by its header. A packet that breaks MQTT 3.1.1 never reaches Aedes.
 * After CONNECT nothing is read until `startTraffic`. After SUBSCRIBE and UNSUBSCRIBE nothing is read until
 * `requestAnswered`. A connection over its rate is read slower.
 *
 * Writing: `write` never reports a full buffer. Aedes would then pause the publisher until a slow subscriber drains,
 * and other gateways' alarms with it. A client that lets too much pile up, or takes nothing for too long, is
 * disconnected instead.
 */
export class ClientConnection extends Duplex {
  /** Why the broker closed the connection; undefined where it did not. */
  disconnectReason: RefusalReason | undefined;
  /** The clause of MQTT 3.1.1 that was broken, where the reason is `protocol-error`. */
  brokenClause: BrokenClause | undefined;
  /** Who signed in. It stays after the connection has closed, since the will is published after that. */
  session: Session | undefined;
  /** Address of the other end. */
  readonly address: string;
  readonly #inner: Duplex;
  readonly #options: ClientConnectionOptions;
  readonly #framer: PacketFramer;
  readonly #unsent: WriteQueue;
  /** Chunks received and not processed yet. */
  #buffered: Buffer[] = [];
  /** The beginning of a packet that cannot be validated before more of it arrives. */
  #partialPacket: Buffer | undefined;
  /** Set while a SUBSCRIBE that gives a filter twice is being answered. */
  #duplicates: DuplicateFilters | undefined;
  /** True while a CONNECT, SUBSCRIBE or UNSUBSCRIBE is being answered. */
  #isAnswerDue = false;
  #ended = false;
  #isReadWanted = false;
  #throttle: NodeJS.Timeout | undefined;
  #throttledUntil = 0;
  #rate: ConnectionRate | undefined;
  /** Bytes ever given to `write`. */
  #written = 0;
  /** Bytes announced by `expect` and not yet given to `write`. */
  #expected = 0;

  constructor(inner: Duplex, address: string, options: ClientConnectionOptions) {
    super({ allowHalfOpen: false, emitClose: true });
    this.address = address;
    this.#inner = inner;
    this.#options = options;
    this.#framer = new PacketFramer(options.packetLimits);
    this.#unsent = new WriteQueue(inner, options);
    inner.pause();
    inner.on('data', (chunk: Buffer) => this.#onChunk(chunk));
    inner.on('end', () => this.#endReading());
    inner.on('error', (error) => this.destroy(error));
    inner.on('close', () => {
      if (!this.#ended) this.destroy();
    });
  }

  /** Closes the connection for a reason of the broker's. */
  disconnect(reason: RefusalReason): void {
    if (this.destroyed) return;
    this.disconnectReason = reason;
    this.destroy(new BrokerError('BROKER_CONNECTION_CUT', reason, `connection closed: ${reason}`));
  }

  /** Lets through what follows CONNECT, limited by this rate. */
  startTraffic(rate: ConnectionRate): void {
    this.#rate = rate;
    this.requestAnswered();
  }

  /** Lets through what follows an answered CONNECT, SUBSCRIBE or UNSUBSCRIBE. */
  requestAnswered(): void {
    this.#isAnswerDue = false;
    this.#duplicates = undefined;
    // A client that has gone is noticed by this write, before its next request is read.
    this.#unsent.flush();
    this.#processBuffered();
  }

  /** Stops reading for `debtMs`; where that is longer than allowed, closes the connection for `reason`. */
  throttle(debtMs: number, reason: RefusalReason): void {
    if (debtMs > this.#options.maxThrottleMs) this.disconnect(reason);
    const until = this.#options.now() + debtMs;
    if (debtMs === 0 || this.destroyed || until <= this.#throttledUntil) return;
    this.#options.onThrottled();
    this.#throttledUntil = until;
    clearTimeout(this.#throttle);
    this.#throttle = setTimeout(() => {
      this.#throttle = undefined;
      this.#processBuffered();
    }, debtMs);
  }

  /** Announces a message that Aedes writes on a later turn of the event loop. */
  expect(bytes: number): void {
    this.#expected += bytes;
  }

  /** @see QueuedConnection */
  get waitingBytes(): number {
    return this.#unsent.bytes + this.#expected;
  }

  /** @see QueuedConnection */
  get queuedBytes(): number {
    return this.#written + this.#expected;
  }

  /** Closes the connection where its client has taken nothing for longer than `drainTimeoutMs`. */
  checkDrain(drainTimeoutMs: number): void {
    const since = this.#unsent.waitingSince;
    if (since !== undefined && this.#options.now() - since > drainTimeoutMs) this.disconnect('slow-client');
  }

  /**
   * Queues a chunk for the client. It bypasses the buffer of `Duplex`, which would keep an object and a callback for
   * each of the six chunks of a message.
   */
  override write(chunk: Buffer | string): boolean {
    if (this.destroyed) return true;
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    const sent = this.#duplicates ? this.#duplicates.pass(bytes) : bytes;
    if (sent.length > 0) this.#unsent.append(sent);
    this.#written += bytes.length;
    this.#expected = Math.max(0, this.#expected - bytes.length);
    if (this.#unsent.bytes > this.#options.maxSendBufferBytes()) this.disconnect('slow-client');
    return true;
  }

  /** Without effect: the write queue joins chunks by itself. */
  override cork(): void {}

  override uncork(): void {}

  override _read(): void {
    this.#isReadWanted = true;
    this.#resumeReading();
  }

  override _final(done: Done): void {
    this.#unsent.whenEmpty(() => this.#inner.end(() => done()));
  }

  override _destroy(error: Error | null, done: Done): void {
    clearTimeout(this.#throttle);
    this.#buffered = [];
    this.#unsent.flush();
    this.#inner.destroy();
    done(error);
  }

  #onChunk(chunk: Buffer): void {
    if (this.destroyed) return;
    if (this.#mayProcess && this.#buffered.length === 0) this.#process(chunk);
    else this.#buffered.push(chunk);
    if (!this.#readable) this.#inner.pause();
  }

  /** Hands a chunk to Aedes, up to the first packet that must be answered before the next is read. */
  #process(received: Buffer): void {
    const chunk = this.#partialPacket ? Buffer.concat([this.#partialPacket, received]) : received;
    this.#partialPacket = undefined;
    const before = this.#framer.packets;
    let at = 0;
    while (at < chunk.length && !this.#isAnswerDue) {
      const seen = this.#framer.packets;
      const read = this.#framer.advance(chunk, at);
      if (this.#framer.fault) {
        this.#disconnectFaulty(this.#framer.fault);
        return;
      }
      if (read === at) {
        this.#partialPacket = chunk.subarray(at);
        break;
      }
      at = read;
      this.#isAnswerDue = this.#framer.packets > seen && this.#framer.needsAnswer;
    }
    if (this.#isAnswerDue) {
      this.#duplicates = this.#framer.duplicates;
      if (at < chunk.length) this.#buffered.unshift(chunk.subarray(at));
    }
    if (at === 0) return;
    this.#options.onReceived(at);
    if (!this.push(at === chunk.length ? chunk : chunk.subarray(0, at))) this.#isReadWanted = false;
    this.#consumeRate(this.#framer.packets - before, at);
  }

  #disconnectFaulty(fault: FramingFault): void {
    this.brokenClause = this.#framer.clause;
    if (fault === 'protocol-level') {
      this.#isAnswerDue = true;
      this.#inner.write(protocolLevelAnswer, () => this.disconnect(fault));
    } else this.disconnect(fault);
  }

  #consumeRate(packets: number, bytes: number): void {
    const now = this.#options.now();
    if (!this.#rate) return;
    this.throttle(
      Math.max(this.#rate.messages.consume(packets, now), this.#rate.bytes.consume(bytes, now)),
      'rate',
    );
  }

  get #mayProcess(): boolean {
    return !this.#isAnswerDue && this.#throttle === undefined && !this.destroyed;
  }

  get #readable(): boolean {
    return this.#isReadWanted && this.#mayProcess && this.#buffered.length === 0;
  }

  #processBuffered(): void {
    while (this.#mayProcess) {
      const chunk = this.#buffered.shift();
      if (!chunk) break;
      this.#process(chunk);
    }
    if (this.#ended && this.#buffered.length === 0 && !this.destroyed) this.push(null);
    this.#resumeReading();
  }

  #resumeReading(): void {
    if (this.#readable && this.#inner.isPaused()) this.#inner.resume();
  }

  #endReading(): void {
    this.#ended = true;
    if (this.#buffered.length === 0) this.push(null);
  }
}
