import { Socket } from 'node:net';
import mqtt, { type IClientPublishOptions, type MqttClient } from 'mqtt';
import type { Logger } from './log.ts';

/** A platform service's MQTT session: clean, reconnecting, subscribed anew at every CONNECT. */
export interface MqttService {
  readonly connected: boolean;
  /**
   * Publishes where connected and says whether it was handed over; never queues while away, since
   * everything of ours also travels by a log that its reader polls.
   */
  publish(topic: string, payload: string, options?: IClientPublishOptions): boolean;
  close(): Promise<void>;
}

/** How a service meets the broker. */
export interface MqttServiceOptions {
  url: string;
  username: string;
  password: string;
  /** Names the connection in the broker's log; a random suffix is added. */
  name: string;
  subscriptions: string[];
  /** 0 spares the broker its bookkeeping where the sender resends by itself; 1 unless given. */
  subscriptionQos?: 0 | 1;
  /** @param retained The broker kept it from before this subscription: news of the past. */
  onMessage: (topic: string, payload: Buffer, retained: boolean) => void;
  /** After every CONNECT whose subscriptions were granted, and after every loss. */
  onConnected?: () => void;
  onLost?: () => void;
  log: Logger;
  reconnectMs?: number;
  /**
   * How long messages may be taken before every other socket of the process gets its turn, in ms. Absent where nothing
   * that comes this way is large enough to make others wait: one read takes megabytes where a sender catches up.
   */
  turnMs?: number;
  /**
   * True while what came should be worked off before more is read; asked before every message where `turnMs` is given.
   * The receiver bounds each sender by itself: a session that waits here makes all its senders wait.
   */
  isFull?: () => boolean;
}

/** Opens a service's MQTT session and keeps it open; does not wait for the first CONNECT. */
export function openMqttService(options: MqttServiceOptions): MqttService {
  const log = options.log.child({ connection: options.name });
  let ready = false;
  const client: MqttClient = mqtt.connect(options.url, {
    clientId: `${options.name}-${crypto.randomUUID().slice(0, 8)}`,
    username: options.username,
    password: options.password,
    clean: true,
    protocolVersion: 4,
    keepalive: 20,
    reconnectPeriod: options.reconnectMs ?? 500,
    connectTimeout: 10_000,
    resubscribe: false,
    queueQoSZero: false,
  });
  const subscribe = async () => {
    try {
      if (options.subscriptions.length > 0) {
        await client.subscribeAsync(options.subscriptions, { qos: options.subscriptionQos ?? 1 });
      }
      ready = true;
      log.info('connected');
      options.onConnected?.();
    } catch (error) {
      log.error({ err: error }, 'subscription refused');
      client.reconnect();
    }
  };
  client.on('connect', () => {
    // mqtt.js leaves Nagle's algorithm on, which holds a small message back until the one before is ACKed.
    if (client.stream instanceof Socket) client.stream.setNoDelay(true);
    void subscribe();
  });
  if (options.turnMs !== undefined) takeInTurns(client, options.turnMs, options.isFull);
  client.on('message', (topic, payload, packet) => options.onMessage(topic, payload, packet.retain));
  client.on('error', (error) => log.warn({ reason: error.message }, 'connection error'));
  client.on('close', () => {
    if (!ready) return;
    ready = false;
    log.warn('connection lost');
    options.onLost?.();
  });
  return {
    get connected() {
      return ready;
    },
    publish: (topic, payload, publishOptions = {}) => {
      // Not `ready`: what the broker retained comes with the answer to the subscription, and may be answered.
      if (!client.connected) return false;
      client.publish(topic, payload, publishOptions, (error) => {
        if (error) log.warn({ topic, reason: error.message }, 'publish failed');
      });
      return true;
    },
    close: () => client.endAsync(true),
  };
}

/** Lets the event loop go round between messages once they have taken `turnMs` of it; the socket is read no further. */
function takeInTurns(client: MqttClient, turnMs: number, isFull = () => false): void {
  let beganAt: number | undefined;
  client.on('message', () => {
    if (beganAt !== undefined) return;
    beganAt = performance.now();
    setImmediate(() => {
      beganAt = undefined;
    });
  });
  client.handleMessage = (_packet, done) => {
    const goOn = () => {
      if (isFull()) setImmediate(goOn);
      else done();
    };
    if (isFull() || (beganAt !== undefined && performance.now() - beganAt >= turnMs)) setImmediate(goOn);
    else done();
  };
}
