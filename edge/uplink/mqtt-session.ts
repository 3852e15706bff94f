import { Socket } from 'node:net';
import mqtt from 'mqtt';

/** One CONNECT to the broker, from its first byte to its end; a next one is a new session. */
export interface MqttSession {
  /** Hands a message over; `onPuback` is called when the broker has it, and never if it does not. */
  publish(topic: string, payload: string, options: { retain: boolean }, onPuback: () => void): void;
  /** Ends it with a DISCONNECT, so that no will is published. */
  end(): Promise<void>;
  /** Cuts it off; `onEnd` tells of it. */
  cut(reason: string): void;
}

/** Why a session ended. */
export interface SessionEnd {
  reason: string;
  /** The other end closed a session that was open; false for a network that fell silent, or our own end. */
  byBroker: boolean;
}

/** How a session is opened and whom it tells. */
export interface MqttSessionOptions {
  url: string;
  clientId: string;
  username: string;
  password: string;
  will: { topic: string; payload: string };
  subscriptions: string[];
  /** Connected, and every subscription granted. */
  onOpen: () => void;
  onMessage: (topic: string, payload: Buffer, isRetained: boolean) => void;
  /** Called once, after which nothing more is told. */
  onEnd: (end: SessionEnd) => void;
}

const keepAliveS = 15;
const connectTimeoutMs = 10_000;
/** Longest wait for messages on their way before a DISCONNECT, in ms. */
const disconnectMs = 1000;

/** Opens a clean MQTT 3.1.1 session; it never reconnects by itself. */
export function openMqttSession(options: MqttSessionOptions): MqttSession {
  const client = mqtt.connect(options.url, {
    clientId: options.clientId,
    username: options.username,
    password: options.password,
    protocolVersion: 4,
    clean: true,
    keepalive: keepAliveS,
    connectTimeout: connectTimeoutMs,
    reconnectPeriod: 0,
    resubscribe: false,
    queueQoSZero: false,
    will: { ...options.will, payload: Buffer.from(options.will.payload), qos: 1, retain: true },
  });
  let state: 'opening' | 'open' | 'cut' | 'ended' = 'opening';
  let fault: string | undefined;

  client.on('connect', () => {
    // mqtt.js leaves Nagle's algorithm on, which holds an alarm back until the one before is ACKed.
    if (client.stream instanceof Socket) client.stream.setNoDelay(true);
    client.subscribe(options.subscriptions, { qos: 1 }, (error, granted) => {
      if (state !== 'opening') return;
      const refused = granted?.find(({ qos }) => qos === 128)?.topic;
      if (error || refused) {
        fault = `subscription refused: ${refused ?? error?.message}`;
        client.end(true);
        return;
      }
      state = 'open';
      options.onOpen();
    });
  });
  client.on('message', (topic, payload, packet) => {
    if (state !== 'ended') options.onMessage(topic, payload, packet.retain);
  });
  client.on('error', (error) => {
    fault ??= error.message || String(error);
  });
  client.on('close', () => {
    if (state === 'ended') return;
    const byBroker = state === 'open' && !/keepalive/i.test(fault ?? '');
    state = 'ended';
    client.end(true);
    options.onEnd({ reason: fault ?? 'connection closed', byBroker });
  });

  return {
    publish: (topic, payload, { retain }, onPuback) => {
      client.publish(topic, payload, { qos: 1, retain }, (error) => {
        if (!error && state !== 'ended') onPuback();
      });
      // mqtt.js leaves the bytes corked until this turn ends, behind the answer to the device and what it says besides.
      while (client.stream.writableCorked > 0) client.stream.uncork();
    },
    end: async () => {
      state = 'ended';
      await new Promise<void>((resolve) => {
        const waited = setTimeout(resolve, disconnectMs);
        client.end(false, {}, () => {
          clearTimeout(waited);
          resolve();
        });
      });
      client.end(true);
    },
    cut: (reason) => {
      if (state === 'ended') return;
      fault = reason;
      state = 'cut';
      client.end(true);
    },
  };
}
