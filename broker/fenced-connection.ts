import { Duplex } from 'node:stream';
import type { ConnectionRate } from './connection-rates.ts';
import { BrokerError, type RefusalReason } from './errors.ts';
import type { BrokenClause } from './packet-check.ts';
import { type MeterFault, type PacketLimits, PacketMeter } from './packet-meter.ts';
import type { RepeatedFilters } from './repeated-filters.ts';
import type { Session } from './sign-in.ts';
import { WriteQueue } from './write-queue.ts';

type Done = (error?: Error | null) => void;

/** What a fenced connection keeps to, and whom it tells. */
export interface FenceOptions {
  packetLimits: PacketLimits;
  maxSendBufferBytes: () => number;
  maxRateDebtMs: number;
  now: () => number;
  onReceived: (bytes: number) => void;
  onSent: (bytes: number) => void;
  onThrottled: () => void;
}

/** CONNACK: unacceptable protocol level. [MQTT-3.1.2-2] */
const foreignLevelAnswer = Buffer.from([0x20, 2, 0, 1]);

/**
 * Stands between Aedes and a TCP or WebSocket connection and keeps both from harm.
 *
 * Reading: a packet too long is cut off by its header, and one that breaks the standard before Aedes sees it. Nothing
 * after CONNECT is read until `release`, and nothing after SUBSCRIBE and UNSUBSCRIBE until `answered`. Over its rate a
 * connection is read slower.
 *
 * Writing: never reports a full buffer, since Aedes would then hold the publisher, and with it other gateways' alarms,
 * until a slow subscriber drains. Who lets too much pile up, or takes nothing for long, is cut instead.
 */
export class FencedConnection extends Duplex {
  /** Why the broker cut the connection; undefined while it did not. */
  cutReason: RefusalReason | undefined;
  /** The clause of MQTT 3.1.1 broken by who was cut for a `protocol-error`. */
  cutClause: BrokenClause | undefined;
  /** Who signed in; stays when the connection has closed, for the will is published after that. */
  session: Session | undefined;
  /** Address of the other end. */
  readonly address: string;
  readonly #inner: Duplex;
  readonly #options: FenceOptions;
  readonly #meter: PacketMeter;
  readonly #unsent: WriteQueue;
  /** Read from below and not yet let through. */
  #held: Buffer[] = [];
  /** The beginning of a packet whose rest decides whether it is let through. */
  #begun: Buffer | undefined;
  /** Of a SUBSCRIBE in hand, that it gives a filter twice. */
  #repeated: RepeatedFilters | undefined;
  /** True from a packet let through until the broker has answered it. */
  #unanswered = false;
  #ended = false;
  #wanted = false;
  #throttle: NodeJS.Timeout | undefined;
  #throttledUntil = 0;
  #rate: ConnectionRate | undefined;
  /** Ever given to `write`. */
  #written = 0;
  /** Announced by `expect` and not yet given to `write`. */
  #expected = 0;

  constructor(inner: Duplex, address: string, options: FenceOptions) {
    super({ allowHalfOpen: false, emitClose: true });
    this.address = address;
    this.#inner = inner;
    this.#options = options;
    this.#meter = new PacketMeter(options.packetLimits);
    this.#unsent = new WriteQueue(inner, options);
    inner.pause();
    inner.on('data', (chunk: Buffer) => this.#take(chunk));
    inner.on('end', () => this.#endReading());
    inner.on('error', (error) => this.destroy(error));
    inner.on('close', () => {
      if (!this.#ended) this.destroy();
    });
  }

  /** Closes the connection for a reason of the broker's. */
  cut(reason: RefusalReason): void {
    if (this.destroyed) return;
    this.cutReason = reason;
    this.destroy(new BrokerError('BROKER_CONNECTION_CUT', reason, `connection closed: ${reason}`));
  }

  /** Lets what follows CONNECT through, at this rate. */
  release(rate: ConnectionRate): void {
    this.#rate = rate;
    this.answered();
  }

  /** Lets on what follows a packet that had to be answered first; does nothing where there is none. */
  answered(): void {
    this.#unanswered = false;
    this.#repeated = undefined;
    this.#letOn();
  }

  /** Reads nothing for as long as a debt lasts, and cuts the connection for `reason` where that is too long. */
  slow(debtMs: number, reason: RefusalReason): void {
    if (debtMs > this.#options.maxRateDebtMs) this.cut(reason);
    const until = this.#options.now() + debtMs;
    if (debtMs === 0 || this.destroyed || until <= this.#throttledUntil) return;
    this.#options.onThrottled();
    this.#throttledUntil = until;
    clearTimeout(this.#throttle);
    this.#throttle = setTimeout(() => {
      this.#throttle = undefined;
      this.#letOn();
    }, debtMs);
  }

  /** Announces a message: Aedes writes what it hands over on a later turn. */
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

  /** Cuts a connection whose client has taken nothing for longer than `drainTimeoutMs`. */
  checkDrain(drainTimeoutMs: number): void {
    const since = this.#unsent.waitingSince;
    if (since !== undefined && this.#options.now() - since > drainTimeoutMs) this.cut('slow-client');
  }

  /**
   * Takes a chunk for the client, past what a stream would do with it: it needs neither a buffer of its own nor a
   * callback for each of the six chunks of a message.
   */
  override write(chunk: Buffer | string): boolean {
    if (this.destroyed) return true;
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    const sent = this.#repeated ? this.#repeated.pass(bytes) : bytes;
    if (sent.length > 0) this.#unsent.append(sent);
    this.#written += bytes.length;
    this.#expected = Math.max(0, this.#expected - bytes.length);
    if (this.#unsent.bytes > this.#options.maxSendBufferBytes()) this.cut('slow-client');
    return true;
  }

  /** The write queue joins what belongs together. */
  override cork(): void {}

  override uncork(): void {}

  override _read(): void {
    this.#wanted = true;
    this.#readOn();
  }

  override _final(done: Done): void {
    this.#unsent.whenEmpty(() => this.#inner.end(() => done()));
  }

  override _destroy(error: Error | null, done: Done): void {
    clearTimeout(this.#throttle);
    this.#held = [];
    this.#unsent.flush();
    this.#inner.destroy();
    done(error);
  }

  #take(chunk: Buffer): void {
    if (this.destroyed) return;
    if (this.#letsOn && this.#held.length === 0) this.#receive(chunk);
    else this.#held.push(chunk);
    if (!this.#readable) this.#inner.pause();
  }

  /** Lets a chunk through up to the first packet that has to be answered. */
  #receive(received: Buffer): void {
    const chunk = this.#begun ? Buffer.concat([this.#begun, received]) : received;
    this.#begun = undefined;
    const before = this.#meter.packets;
    let at = 0;
    while (at < chunk.length && !this.#unanswered) {
      const seen = this.#meter.packets;
      const read = this.#meter.advance(chunk, at);
      if (this.#meter.fault) {
        this.#cutFaulty(this.#meter.fault);
        return;
      }
      if (read === at) {
        this.#begun = chunk.subarray(at);
        break;
      }
      at = read;
      this.#unanswered = this.#meter.packets > seen && this.#meter.endsAnswered;
    }
    if (this.#unanswered) {
      this.#repeated = this.#meter.repeated;
      if (at < chunk.length) this.#held.unshift(chunk.subarray(at));
    }
    if (at === 0) return;
    this.#options.onReceived(at);
    if (!this.push(at === chunk.length ? chunk : chunk.subarray(0, at))) this.#wanted = false;
    this.#charge(this.#meter.packets - before, at);
  }

  #cutFaulty(fault: MeterFault): void {
    this.cutClause = this.#meter.clause;
    if (fault === 'protocol-level') {
      this.#unanswered = true;
      this.#inner.write(foreignLevelAnswer, () => this.cut(fault));
    } else this.cut(fault);
  }

  #charge(packets: number, bytes: number): void {
    const now = this.#options.now();
    if (!this.#rate) return;
    this.slow(Math.max(this.#rate.messages.take(packets, now), this.#rate.bytes.take(bytes, now)), 'rate');
  }

  get #letsOn(): boolean {
    return !this.#unanswered && this.#throttle === undefined && !this.destroyed;
  }

  get #readable(): boolean {
    return this.#wanted && this.#letsOn && this.#held.length === 0;
  }

  #letOn(): void {
    while (this.#letsOn) {
      const chunk = this.#held.shift();
      if (!chunk) break;
      this.#receive(chunk);
    }
    if (this.#ended && this.#held.length === 0 && !this.destroyed) this.push(null);
    this.#readOn();
  }

  #readOn(): void {
    if (this.#readable && this.#inner.isPaused()) this.#inner.resume();
  }

  #endReading(): void {
    this.#ended = true;
    if (this.#held.length === 0) this.push(null);
  }
}
