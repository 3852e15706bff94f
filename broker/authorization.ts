import type { AedesOptions, AedesPublishPacket, Client } from 'aedes';
import { maxMessageBytes } from '#contracts/gateway-messages.ts';
import type { Topic } from '#contracts/topics.ts';
import { connectionOf, truncated } from './authentication.ts';
import type { BrokerLog } from './broker-log.ts';
import type { BrokerMetrics } from './broker-metrics.ts';
import type { ClientConnection } from './client-connection.ts';
import type { BrokerSettings } from './config.ts';
import type { Connections } from './connections.ts';
import { BrokerError, type RefusalReason } from './errors.ts';
import type { RetainedMessages } from './retained-messages.ts';
import { SenderShares } from './sender-shares.ts';
import type { SubscribeBudget } from './subscribe-budget.ts';
import type { KnownTopic, TopicCache } from './topic-cache.ts';
import type { TopicRates } from './topic-rates.ts';
import { isMatch, mayPublish, mayReceive, mayRetain, maySubscribe } from './topic-rights.ts';

/** What authorization works with. */
export interface AuthorizationDeps {
  settings: BrokerSettings;
  retained: RetainedMessages;
  budget: SubscribeBudget;
  rates: TopicRates;
  topics: TopicCache;
  connections: Pick<Connections, 'throttle'>;
  metrics: BrokerMetrics;
  log: BrokerLog;
  /** Monotonic ms. */
  now: () => number;
  /** True while the broker closes. Wills are not published then: they would say that every gateway died. */
  isClosing: () => boolean;
}

/** Pause in reading a gateway that has more than its share of a service's queue, in ms. */
const overShareMs = 250;

type Hooks = Required<Pick<AedesOptions, 'authorizePublish' | 'authorizeSubscribe' | 'authorizeForward'>>;

/**
 * Builds Aedes's three hooks: what may be published, subscribed and delivered.
 *
 * `forget` must be called for every UNSUBSCRIBE: it makes room for other subscriptions.
 */
export function createAuthorization(deps: AuthorizationDeps): {
  hooks: Hooks;
  forget: (client: Client, filters: string[]) => void;
} {
  const { settings, retained, budget, rates, topics, metrics, log, now } = deps;
  const shares = new SenderShares(settings.maxSendBufferBytes);
  /** QoS granted, by filter. */
  const filters = new WeakMap<Client, Map<string, number>>();

  const note = (client: Client | null, reason: RefusalReason, topic: string) => {
    metrics.refused(reason);
    const username = client ? connectionOf(client).session?.username : undefined;
    log.forIdentity(username, reason, { topic: truncated(topic) }, 'refused');
  };

  /** False where a gateway's message to a service exceeds its share; the gateway sends it again. */
  const mayPass = (
    receiver: ClientConnection,
    { sender }: KnownTopic,
    { topic, payload }: AedesPublishPacket,
  ): boolean => {
    if (sender === undefined) return true;
    const passage = shares.admit(receiver, sender, payload.length);
    if (passage !== 'pass') deps.connections.throttle(sender, overShareMs);
    if (passage === 'drop') {
      metrics.refused('receiver-full');
      log.forIdentity(sender, 'receiver-full', { topic: truncated(topic) }, 'not delivered');
      return false;
    }
    receiver.expect(payload.length);
    return true;
  };

  const hooks: Hooks = {
    authorizePublish: (client, packet, done) => {
      // Aedes then closes the client: MQTT 3.1.1 has no other way to refuse a PUBLISH.
      const answer = (reason: RefusalReason) =>
        done(new BrokerError('BROKER_PUBLISH_REFUSED', reason, `publish refused: ${reason}`));
      const refuse = (reason: RefusalReason) => {
        note(client, reason, packet.topic);
        answer(reason);
      };
      if (deps.isClosing()) return answer('broker-closing');
      const session = client && connectionOf(client).session;
      const { levels, topic } = topics.get(packet.topic);
      if (!topic || !session || !mayPublish(session.rights, levels)) return refuse('publish-not-allowed');
      if (packet.payload.length > longestOf(topic, settings)) return refuse('payload-too-large');
      if (packet.qos === 2) return refuse('qos-2');
      // DUP of a received PUBLISH is not passed on. [MQTT-3.3.1-3]
      packet.dup = false;
      // The message is delivered all the same: an alarm is never refused for a flag.
      const reason = packet.retain ? whyNotRetained(topic, packet, retained) : undefined;
      if (reason) {
        packet.retain = false;
        // The message retained before is outdated: none is better than an old one.
        if (retained.get(packet.topic)) retained.set(packet.topic, 0, Buffer.alloc(0));
        note(client, reason, packet.topic);
      }
      metrics.published(topic.name, packet.payload.length);
      const { identity, username } = session;
      if (identity.kind === 'gateway' && isOfGateway(topic)) {
        const debtMs = rates.consume(username, topic.name, packet.payload.length, now());
        connectionOf(client as Client).throttle(debtMs, 'rate');
      }
      done(null);
    },

    authorizeSubscribe: (client, subscription, done) => {
      const connection = connectionOf(client);
      const { session } = connection;
      const own = filters.get(client) ?? new Map<string, number>();
      filters.set(client, own);
      const { topic } = subscription;
      const reason = !(session && maySubscribe(session.rights, topic))
        ? 'subscription-not-allowed'
        : !own.has(topic) && own.size >= settings.maxSubscriptions
          ? 'too-many-subscriptions'
          : undefined;
      const matched = reason ? 0 : retained.countMatching(topic);
      connection.throttle(
        budget.consumeSubscribe(connection, session?.username ?? '', matched, now()),
        'subscribe-rate',
      );
      // Without an answer Aedes drops the request. With one it would read retained messages for a client that is gone.
      if (connection.destroyed) return;
      if (reason) {
        note(client, reason, topic);
        return done(null, null);
      }
      own.set(topic, subscription.qos);
      done(null, subscription);
    },

    authorizeForward: (client, packet) => {
      const connection = connectionOf(client);
      const { session, destroyed } = connection;
      if (destroyed || !session) return null;
      const topic = topics.get(packet.topic);
      if (!mayReceive(session.rights, topic.levels)) return null;
      // A retained message that answers a SUBSCRIBE has no `brokerId`. It was read earlier, so the newest one is sent in
      // its place. A live message has the flag only on its way to a bridge, and is sent as it was published.
      if (packet.retain && !packet.brokerId) {
        const kept = retained.get(packet.topic);
        if (!kept) return null;
        packet.payload = kept.payload;
        packet.qos = Math.min(packet.qos, grantedQoS(filters.get(client), packet.topic)) as 0 | 1;
      } else if (session.identity.kind === 'service' && !mayPass(connection, topic, packet)) return null;
      metrics.delivered();
      return packet;
    },
  };
  const forget = (client: Client, unsubscribed: string[]) => {
    for (const filter of unsubscribed) filters.get(client)?.delete(filter);
  };
  return { hooks, forget };
}

const isOfGateway = (topic: Topic): topic is Extract<Topic, { gateway: string }> => 'gateway' in topic;

function longestOf(topic: Topic, { maxPayloadBytes }: BrokerSettings): number {
  const { name } = topic;
  if (name !== 'alarm' && name !== 'telemetry' && name !== 'state') return maxPayloadBytes;
  return Math.min(maxPayloadBytes, maxMessageBytes[name]);
}

/** Highest QoS granted to a filter that matches. Aedes itself applies it only where the filter is the topic. */
function grantedQoS(granted: Map<string, number> | undefined, topic: string): number {
  let highest = 0;
  for (const [filter, qos] of granted ?? []) {
    if (qos > highest && isMatch(filter, topic)) highest = qos;
  }
  return highest;
}

function whyNotRetained(
  topic: Topic,
  packet: { topic: string; payload: string | Buffer },
  retained: RetainedMessages,
): RefusalReason | undefined {
  if (!mayRetain(topic)) return 'retain-not-allowed';
  return retained.refusalOf(packet.topic, packet.payload.length);
}
