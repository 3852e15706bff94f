import { type Lane, lanes } from '#contracts/facts/event-kinds.ts';
import { schemaVersion } from '#contracts/gateway-messages.ts';
import { type AlarmTrace, createAlarmTrace } from '#runtime/alarm-trace.ts';
import type { Logger } from '#runtime/log.ts';
import type { GatewayClock } from '../clock.ts';
import type { Counters } from '../counters.ts';
import type { Acknowledged } from '../outbox/lane.ts';
import type { Outbox, SendableRecord } from '../outbox/outbox.ts';
import type { Acknowledgement } from './incoming.ts';
import {
  afterLoss,
  afterProgress,
  afterPuback,
  afterSend,
  afterSilence,
  createSendState,
  type Extents,
  nextSend,
  type Send,
  type SendState,
  sendLimits,
} from './send-plan.ts';

/** Publishes a message of a lane; `onPuback` is called when the broker has it. */
export type PublishLane = (lane: Lane, payload: string, onPuback: () => void) => void;

/** What a sender works with. */
export interface RecordSenderOptions {
  community: string;
  gateway: string;
  outbox: Outbox;
  clock: GatewayClock;
  counters: Counters;
  log: Logger;
  resendAfterMs: number;
}

/** Executes the send plan: reads records from the outbox, publishes them, and removes what is acknowledged. */
export class RecordSender {
  readonly #options: RecordSenderOptions;
  readonly #trace: AlarmTrace;
  #state: SendState = createSendState();
  #publish: PublishLane | undefined;
  #nextTurn: NodeJS.Immediate | undefined;
  /** Monotonic ms until which the telemetry sent fills the rate. */
  #paidUntil = Number.NEGATIVE_INFINITY;
  #pace: NodeJS.Timeout | undefined;

  constructor(options: RecordSenderOptions) {
    this.#options = options;
    this.#trace = createAlarmTrace(options.log);
  }

  /** A session is open: sends what is held. */
  begin(publish: PublishLane): void {
    this.#publish = publish;
    this.pump();
  }

  /** Sends what may go now; alarms in this very turn, one telemetry message a turn, so that alarms get between. */
  pump(): void {
    try {
      while (this.#sendNext() === 'alarm');
    } catch (error) {
      // The outbox could not be read; the next look at silence tries again.
      this.#options.counters.add('send-failed');
      this.#options.log.error({ err: error }, 'records could not be sent');
    }
  }

  /** Removes what ingest acknowledged. An acknowledgement of what was never sent is only counted. */
  acknowledge(acks: Acknowledgement[]): void {
    const { outbox, clock, counters } = this.#options;
    for (const { lane, epoch, sequence } of acks) {
      const outcome = this.#acknowledged(lane, epoch, sequence);
      if (outcome === 'acknowledged') {
        this.#state = afterProgress(this.#state, lane, outbox.extent(lane).oldest, clock.monotonic());
      } else if (outcome !== 'unchanged') {
        counters.add(`ack-${outcome}`);
      }
    }
    this.pump();
  }

  /** Resends what ingest has not acknowledged in time. @returns True where the connection itself has stalled. */
  checkSilence(): boolean {
    const { clock, counters, log, resendAfterMs } = this.#options;
    const { state, resent, stalled } = afterSilence(this.#state, clock.monotonic(), resendAfterMs);
    this.#state = state;
    for (const lane of resent) {
      counters.add(`${lane}-resent`);
      log.warn({ lane, resendAfterMs }, 'no acknowledgement, sending again');
    }
    this.pump();
    return stalled;
  }

  /** The session is over; a record that the broker refuses becomes a dead letter. */
  lost(isSuspicious: boolean): void {
    const { outbox, counters, log } = this.#options;
    this.end();
    const { state, refused } = afterLoss(this.#state, isSuspicious);
    this.#state = state;
    if (!refused || !outbox.moveToDeadLetters(refused.lane, refused.position)) return;
    counters.add(`${refused.lane}-dead-letters`);
    log.error(refused, 'the broker closes the connection on this record, moved to the dead letters');
  }

  /** Sends no more. */
  end(): void {
    this.#publish = undefined;
    clearImmediate(this.#nextTurn);
    this.#nextTurn = undefined;
    clearTimeout(this.#pace);
    this.#pace = undefined;
  }

  #acknowledged(lane: Lane, epoch: string, sequence: number): Acknowledged | 'failed' {
    const { outbox, log } = this.#options;
    try {
      return outbox.acknowledge(lane, epoch, sequence, this.#state.highestSent[lane]);
    } catch (error) {
      log.error({ err: error, lane }, 'acknowledged records not removed, they will be resent');
      return 'failed';
    }
  }

  #sendNext(): Lane | undefined {
    const send = this.#publish && nextSend(this.#state, this.#extents());
    if (!send || (send.lane === 'telemetry' && this.#mustWait()) || !this.#send(send)) return undefined;
    if (send.lane === 'telemetry') {
      this.#nextTurn ??= setImmediate(() => {
        this.#nextTurn = undefined;
        this.pump();
      });
    }
    return send.lane;
  }

  /** True where telemetry would exceed its rate; it goes on by itself once it does not. */
  #mustWait(): boolean {
    const waitMs = this.#paidUntil - this.#options.clock.monotonic();
    if (waitMs < 1) return false;
    this.#pace ??= setTimeout(() => {
      this.#pace = undefined;
      this.pump();
    }, waitMs);
    return true;
  }

  #send({ lane, after, limit }: Send): boolean {
    const { community, gateway, outbox, clock } = this.#options;
    const records = outbox.read(lane, after, limit, sendLimits.batchBytes);
    const [first, last] = [records[0]?.position, records.at(-1)?.position];
    if (first === undefined || last === undefined) return false;
    const id = this.#state.nextFlight;
    const now = clock.monotonic();
    this.#state = afterSend(this.#state, { lane, first, last, records: records.length }, now);
    if (lane === 'telemetry') {
      const costMs = (records.length * 1000) / sendLimits.telemetryPerSecond;
      this.#paidUntil = Math.max(now, this.#paidUntil) + costMs;
    } else {
      for (const { epoch, sequence } of records)
        this.#trace('sent by the gateway', { community, gateway, epoch, lane, sequence });
    }
    this.#publish?.(lane, messageOf(lane, records), () => {
      this.#state = afterPuback(this.#state, id);
      this.pump();
    });
    return true;
  }

  #extents(): Extents {
    const { outbox } = this.#options;
    const [alarm, telemetry] = lanes.map((lane) => outbox.extent(lane));
    return { alarm, telemetry } as Extents;
  }
}

function messageOf(lane: Lane, records: readonly SendableRecord[]): string {
  const list = records.map(({ json }) => json).join(',');
  const field = lane === 'alarm' ? `"record":${list}` : `"records":[${list}]`;
  return `{"schemaVersion":${schemaVersion},${field}}`;
}
