import { randomBytes } from 'node:crypto';
import type { Command } from '#contracts/command.ts';
import type { ForeignCall } from '#contracts/gateway-messages.ts';
import { buildTopic, type GatewayTopicName } from '#contracts/topics.ts';
import type { Logger } from '#runtime/log.ts';
import type { GatewayClock } from '../clock.ts';
import type { Counters } from '../counters.ts';
import type { Outbox } from '../outbox/outbox.ts';
import { backOffMs } from './back-off.ts';
import { aliveMessage, deathMessage } from './gateway-state.ts';
import { type Incoming, readIncoming } from './incoming.ts';
import { type MqttSession, openMqttSession, type SessionEnd } from './mqtt-session.ts';
import { RecordSender } from './record-sender.ts';

/** How a gateway meets its platform. */
export interface UplinkOptions {
  outbox: Outbox;
  clock: GatewayClock;
  counters: Counters;
  log: Logger;
  url: string;
  community: string;
  gateway: string;
  password: string;
  heartbeatIntervalMs: number;
  /** Unacknowledged records are sent again after this long without progress, in ms. */
  resendAfterMs: number;
  /** Longest wait before a new connection, in ms. */
  reconnectMaxMs: number;
  /** Names of the adapters that run now. */
  adapters: () => string[];
  /** Devices of another protocol that called; undefined where none did. */
  foreign?: () => ForeignCall[] | undefined;
  version: string;
  /** A command came in the session named. */
  onCommand: (command: Command, session: string) => void;
  /** In [0, 1), for the back-off. */
  random: () => number;
}

/** First wait before a new connection, in ms. */
const reconnectFirstMs = 250;
/** A session that lived so long ends the back-off, in ms. */
const provenAfterMs = 10_000;
/** Looks at unacknowledged records in each `resendAfterMs`. */
const silenceChecks = 10;
/** Longest wait for the PUBACK of the death message at an orderly end, in ms. */
const deathTimeoutMs = 1000;
/** Births and heartbeats whose answers are waited for; an answer to an older one comes too late to tell time. */
const maxQuestions = 4;

interface OpenSession {
  id: string;
  mqtt: MqttSession;
  /** Monotonic ms. */
  openedAt: number;
  /** The broker answered the birth with PUBACK: the session works. */
  isProven: boolean;
  heartbeat: NodeJS.Timeout;
}

/** The road from the outbox to the platform: one MQTT session after another, until closed. */
export class Uplink {
  readonly #options: UplinkOptions;
  readonly #sender: RecordSender;
  readonly #silence: NodeJS.Timeout;
  /** When births and heartbeats were sent, by their `at`; monotonic ms. */
  readonly #questions = new Map<string, number>();
  #mqtt: MqttSession | undefined;
  #open: OpenSession | undefined;
  #failures = 0;
  #retry: NodeJS.Timeout | undefined;

  /** Begins to connect; what the outbox stores from now on is sent at once. */
  constructor(options: UplinkOptions) {
    this.#options = options;
    this.#sender = new RecordSender(options);
    options.outbox.onStored(() => this.#sender.pump());
    this.#silence = setInterval(() => this.#checkSilence(), options.resendAfterMs / silenceChecks);
    this.#connect();
  }

  /** True while a session is open and subscribed. */
  get isConnected(): boolean {
    return this.#open !== undefined;
  }

  /** Publishes its death where connected, and ends. */
  async close(): Promise<void> {
    clearTimeout(this.#retry);
    clearInterval(this.#silence);
    this.#sender.end();
    const open = this.#open;
    this.#open = undefined;
    if (open) {
      clearInterval(open.heartbeat);
      await this.#publishDeath(open);
    }
    await this.#mqtt?.end();
  }

  #connect(): void {
    const { clock, url, community, gateway, password } = this.#options;
    const id = randomBytes(8).toString('hex');
    const session = openMqttSession({
      url,
      clientId: `${community}.${gateway}`,
      username: `${community}.${gateway}`,
      password,
      will: { topic: this.#topic('state'), payload: JSON.stringify(deathMessage(id, clock.now())) },
      subscriptions: [this.#topic('ack'), this.#topic('command'), this.#topic('state')],
      onOpen: () => this.#opened(id, session),
      onMessage: (topic, payload, isRetained) => this.#receive(readIncoming(topic, payload), isRetained),
      onEnd: (end) => this.#ended(end),
    });
    this.#mqtt = session;
  }

  #opened(id: string, mqtt: MqttSession): void {
    const { clock, heartbeatIntervalMs, log } = this.#options;
    const heartbeat = setInterval(() => this.#publishAlive('heartbeat'), heartbeatIntervalMs);
    this.#open = { id, mqtt, openedAt: clock.monotonic(), isProven: false, heartbeat };
    log.info({ session: id }, 'connected');
    this.#publishAlive('birth');
  }

  /** The birth has its PUBACK. Records are sent only now, so that a refused one is told from a broken session. */
  #proven(open: OpenSession): void {
    if (open.isProven || this.#open !== open) return;
    open.isProven = true;
    this.#sender.begin((lane, payload, onPuback) => {
      open.mqtt.publish(this.#topic(lane), payload, { retain: false }, onPuback);
    });
  }

  #publishAlive(status: 'birth' | 'heartbeat'): void {
    const open = this.#open;
    if (!open) return;
    const { outbox, clock, counters, heartbeatIntervalMs, adapters, version } = this.#options;
    const message = aliveMessage(status, {
      session: open.id,
      epoch: outbox.epoch,
      at: clock.now(),
      held: outbox.held(),
      heartbeatIntervalMs,
      adapters: adapters(),
      version,
      clock: clock.state(),
      counters: counters.values,
      foreign: this.#options.foreign?.(),
    });
    this.#questions.set(message.at, clock.monotonic());
    const [oldest] = this.#questions.keys();
    if (this.#questions.size > maxQuestions && oldest) this.#questions.delete(oldest);
    open.mqtt.publish(this.#topic('state'), JSON.stringify(message), { retain: true }, () =>
      this.#proven(open),
    );
  }

  #receive(message: Incoming, isRetained: boolean): void {
    const open = this.#open;
    if (!open) return;
    const { counters, log } = this.#options;
    switch (message.type) {
      case 'ack':
        this.#learnTime(message, open.id);
        this.#sender.acknowledge(message.acks);
        break;
      case 'death':
        // Retained, it is what our birth has just replaced; fresh, it now hides that birth.
        if (isRetained) break;
        counters.add('birth-repeated');
        this.#publishAlive('birth');
        break;
      case 'alive':
        break;
      case 'command':
        // A retained command is from the past, and would be carried out at every connection.
        if (isRetained) counters.add('command-retained');
        else this.#options.onCommand(message.command, open.id);
        break;
      case 'unreadable':
        counters.add(`${message.topic}-unreadable`);
        log.warn({ topic: message.topic, reason: message.reason }, 'message cannot be read');
    }
  }

  #learnTime({ answers, platformAt }: Incoming & { type: 'ack' }, session: string): void {
    const sentAt = answers?.session === session ? this.#questions.get(answers.at) : undefined;
    if (!answers || sentAt === undefined) return;
    this.#questions.delete(answers.at);
    const { clock, counters } = this.#options;
    const wasUnknown = clock.state().state === 'unknown';
    if (!clock.sample({ sentAt, receivedAt: clock.monotonic(), platformAt }))
      counters.add('clock-sample-slow');
    // Without platform time every command is refused, so it is asked for again at once; and once it is known the
    // platform gets a heartbeat, since it may have received the birth as a retained message only.
    if (wasUnknown) this.#publishAlive('heartbeat');
  }

  #ended({ reason, byBroker }: SessionEnd): void {
    const { clock, counters, log, reconnectMaxMs, random } = this.#options;
    const open = this.#open;
    this.#open = undefined;
    this.#questions.clear();
    clearInterval(open?.heartbeat);
    this.#sender.lost(byBroker && open?.isProven === true);
    const lastedMs = open ? clock.monotonic() - open.openedAt : 0;
    if (lastedMs >= provenAfterMs) this.#failures = 0;
    const limits = { firstMs: reconnectFirstMs, maxMs: reconnectMaxMs };
    const retryMs = backOffMs(this.#failures, limits, random());
    this.#failures += 1;
    counters.add(open ? 'connection-lost' : 'connection-failed');
    log.warn({ reason, retryMs }, open ? 'connection lost' : 'connection failed');
    this.#retry = setTimeout(() => this.#connect(), retryMs);
  }

  #checkSilence(): void {
    const open = this.#open;
    if (!open) return;
    const { clock, resendAfterMs } = this.#options;
    const isUnproven = !open.isProven && clock.monotonic() - open.openedAt > 2 * resendAfterMs;
    if (!this.#sender.checkSilence() && !isUnproven) return;
    this.#options.counters.add('connection-stalled');
    open.mqtt.cut('the broker answers no more');
  }

  async #publishDeath(open: OpenSession): Promise<void> {
    const death = JSON.stringify(deathMessage(open.id, this.#options.clock.now()));
    await new Promise<void>((resolve) => {
      const waited = setTimeout(resolve, deathTimeoutMs);
      open.mqtt.publish(this.#topic('state'), death, { retain: true }, () => {
        clearTimeout(waited);
        resolve();
      });
    });
  }

  #topic(name: GatewayTopicName): string {
    const { community, gateway } = this.#options;
    return buildTopic({ name, community, gateway });
  }
}
