import type { AedesOptions, Client } from 'aedes';
import type { Topic } from '#contracts/topics.ts';
import { connectionOf, truncated } from './admission.ts';
import type { BrokerLog } from './broker-log.ts';
import type { BrokerMetrics } from './broker-metrics.ts';
import type { BrokerSettings } from './config.ts';
import { BrokerError, type RefusalReason } from './errors.ts';
import type { RetainedMessages } from './retained-messages.ts';
import type { SubscribeBudget } from './subscribe-budget.ts';
import { mayReceive, mayRetain, maySubscribe, publishableTopic } from './topic-rights.ts';

/** What authorization works with. */
export interface AuthorizationDeps {
  settings: BrokerSettings;
  retained: RetainedMessages;
  budget: SubscribeBudget;
  metrics: BrokerMetrics;
  log: BrokerLog;
  /** Monotonic ms. */
  now: () => number;
  /** True once the broker closes: wills of clients it closes itself would say that every gateway died. */
  isClosing: () => boolean;
}

type Hooks = Required<Pick<AedesOptions, 'authorizePublish' | 'authorizeSubscribe' | 'authorizeForward'>>;

/**
 * Builds Aedes's three fences: what may be published, subscribed, and handed over.
 *
 * `forget` is to be told of every UNSUBSCRIBE, which gives room for other subscriptions.
 */
export function createAuthorization(deps: AuthorizationDeps): {
  hooks: Hooks;
  forget: (client: Client, filters: string[]) => void;
} {
  const { settings, retained, budget, metrics, log, now } = deps;
  const filters = new WeakMap<Client, Set<string>>();

  const note = (client: Client | null, reason: RefusalReason, topic: string) => {
    metrics.refused(reason);
    const username = client ? connectionOf(client).session?.username : undefined;
    log.ofIdentity(username, reason, { topic: truncated(topic) }, 'refused');
  };

  const hooks: Hooks = {
    authorizePublish: (client, packet, done) => {
      // Aedes closes the client: MQTT 3.1.1 has no other way to say no to a PUBLISH.
      const answer = (reason: RefusalReason) =>
        done(new BrokerError('BROKER_PUBLISH_REFUSED', reason, `publish refused: ${reason}`));
      const refuse = (reason: RefusalReason) => {
        note(client, reason, packet.topic);
        answer(reason);
      };
      if (deps.isClosing()) return answer('broker-closing');
      const session = client && connectionOf(client).session;
      const topic = session ? publishableTopic(session.rights, packet.topic) : undefined;
      if (!topic) return refuse('foreign-publish');
      if (packet.payload.length > settings.maxPayloadBytes) return refuse('payload-too-large');
      if (packet.qos === 2) return refuse('qos-2');
      // Delivered all the same: an alarm is not refused for a flag.
      const reason = packet.retain ? whyNotRetained(topic, packet, retained) : undefined;
      if (reason) {
        packet.retain = false;
        note(client, reason, packet.topic);
      }
      metrics.published(topic.name, packet.payload.length);
      done(null);
    },

    authorizeSubscribe: (client, subscription, done) => {
      const connection = connectionOf(client);
      const { session } = connection;
      const own = filters.get(client) ?? new Set<string>();
      filters.set(client, own);
      const { topic } = subscription;
      const reason = !(session && maySubscribe(session.rights, topic))
        ? 'foreign-subscription'
        : !own.has(topic) && own.size >= settings.maxSubscriptions
          ? 'too-many-subscriptions'
          : undefined;
      const matched = reason ? 0 : retained.countMatching(topic);
      connection.slow(
        budget.subscribe(connection, session?.username ?? '', matched, now()),
        'subscribe-rate',
      );
      // Unanswered, Aedes forgets it. Answered, it would read and log for one who is gone.
      if (connection.destroyed) return;
      if (reason) {
        note(client, reason, topic);
        return done(null, null);
      }
      own.add(topic);
      done(null, subscription);
    },

    authorizeForward: (client, packet) => {
      const { session, destroyed } = connectionOf(client);
      if (destroyed || !session || !mayReceive(session.rights, packet.topic)) return null;
      // Only what answers a SUBSCRIBE carries the flag. It was read a moment ago and must not go back
      // behind a message sent meanwhile.
      if (packet.retain) {
        const kept = retained.get(packet.topic);
        if (!kept) return null;
        packet.payload = kept.payload;
      }
      metrics.delivered();
      return packet;
    },
  };
  const forget = (client: Client, unsubscribed: string[]) => {
    for (const filter of unsubscribed) filters.get(client)?.delete(filter);
  };
  return { hooks, forget };
}

function whyNotRetained(
  topic: Topic,
  packet: { topic: string; payload: string | Buffer },
  retained: RetainedMessages,
): RefusalReason | undefined {
  if (!mayRetain(topic)) return 'retain-not-allowed';
  return retained.fits(packet.topic, packet.payload.length) ? undefined : 'retained-full';
}
